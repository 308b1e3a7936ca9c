"""Planting: queue-jumping put into a real log, so that the truth is known and the noise is real.

A wish (`wish.py`) says how much of which scheme (`schemes/`) is planted where. The jumps that a log's queues allow
(`jumps.py`) are drawn (`draw.py`) and carried out (`hall.py`), and the log is written as a source (`writing.py`).
"""

from detection.planting.plant import Planting, plant
from detection.planting.schemes import schemes
from detection.planting.wish import Wish

__all__ = ["Planting", "Wish", "plant", "schemes"]
