"""The compact tables that stand between history and a night; each module here is one (see `features/summary.py`)."""
