"""The schemes of planted queue-jumping, one file each; `favour.py` says how they are declared and found.

Not every scheme plants bookings: `withheld.py` is about a centre.
"""
