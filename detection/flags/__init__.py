"""The red flags, one file each; `detection/flag.py` says how they are declared and found."""
