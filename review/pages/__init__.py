"""The pages: one module each, found by `review/urls.py`."""
