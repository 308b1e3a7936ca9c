"""The features, by what they are about; each function here is one (see `features/declare.py`)."""
