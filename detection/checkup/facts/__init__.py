"""What the days of the centres showed, read a few days at a time: one module a subject."""
