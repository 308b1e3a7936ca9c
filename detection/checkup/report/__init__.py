"""The check-ups as one page."""
