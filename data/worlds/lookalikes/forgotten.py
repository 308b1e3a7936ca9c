"""Let through for age or need, and nobody recorded why: lawful calls out of turn without a reason in the log."""

from collections.abc import Iterable

import numpy as np

from data.worlds.plan import Habits
from data.worlds.records import Booking


def forget_classes(rng: np.random.Generator, habits: Habits, bookings: Iterable[Booking]) -> None:
    """Take the class of `habits.unrecorded` of the people who had one out of the record; recalls keep theirs."""
    if not habits.unrecorded:
        return
    for booking in bookings:
        lawful = booking.priority_class and booking.favour is None and booking.missed_at is None
        if lawful and rng.random() < habits.unrecorded:
            booking.priority_class = None
