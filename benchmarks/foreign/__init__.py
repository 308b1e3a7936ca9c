"""A made-up city of public service halls, with ordinary disorder and hidden queue-jumping."""
