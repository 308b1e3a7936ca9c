"""Backdate: the client comes late, and the clerk types a check-in that puts him first."""

import numpy as np

from data.worlds.chance import between
from data.worlds.clock import MINUTE
from data.worlds.records import Booking
from data.worlds.schemes.overtake import Overtake


class Backdate(Overtake):
    """By the log's times the call is in order; the ticket, which the machine numbered, gives it away.

    Its number is later than those of people who checked in after the stated time.
    """

    kind = "backdate"
    passes = (3, 10**6)
    late_s = (55 * MINUTE, 80 * MINUTE)

    def disguise(self, booking: Booking, passed: list[Booking], rng: np.random.Generator) -> None:
        """State a check-in some minutes before anybody who was passed was entitled."""
        first = min(other.entitled_at for other in passed)
        booking.checked_in_at = min(first, booking.entitled_at) - between(rng, 1 * MINUTE, 5 * MINUTE)
