"""The frames that features are columns of; each module here is one (see `features/declare.py`)."""
