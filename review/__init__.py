"""The inspectors' console."""
