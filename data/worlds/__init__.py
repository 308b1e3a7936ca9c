"""Worlds: halls simulated event by event, in which queue-jumping is planted and known.

A preset (`presets/`) states numbers (`plan.py`); a centre's day is booked (`demand.py`, `booking.py`),
visited (`arrivals.py`, `doors.py`), served (`hall.py`) and written as a source in the contract's names
(`sheets.py`) with the truth beside it. A seed fixes every byte.
"""

from data.worlds.simulate import simulate
from data.worlds.tally import WorldSummary

__all__ = ["WorldSummary", "simulate"]
