"""The judge: what a home found in some nights, held against the truth about them.

`inputs.py` brings both together; `ranking.py`, `groups.py`, `calibration.py`, `cases.py` and `checkups.py` measure,
each with its definitions; `peers.py` ranks the same bookings by other means; `report.py` is all that came out.
Whatever cannot be measured is null.
"""
