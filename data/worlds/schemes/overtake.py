"""Overtake: the clerk calls the client as soon as he is free, past everybody who waits."""

import numpy as np

from data.worlds.chance import between
from data.worlds.clock import MINUTE
from data.worlds.records import Booking
from data.worlds.schemes.favour import Arrangement

#: the client is sent in when the clerk, by message, says that he will be free within this time
CALLED_IN_S = 4 * MINUTE


class Overtake(Arrangement):
    """The client is sent in when it is worth it, for a place in a short queue is not worth paying for.

    The clerk acts if, once free, it still is. Otherwise the client's turn comes by itself.
    """

    kind = "overtake"
    looks_in = True
    passes = (5, 10**6)
    #: when the client is at the door, against the slot (s)
    late_s = (-5 * MINUTE, 10 * MINUTE)

    def arrives_at(self, booking: Booking, rng: np.random.Generator) -> int | None:
        """About the time of the slot, and then outside the hall."""
        return booking.slot.start + between(rng, *self.late_s) if booking.slot else None

    def comes_in(self, ahead: int, free_in_s: int | None) -> bool:
        """Wait outside until the hall is full and the clerk about to be free."""
        return free_in_s is not None and free_in_s <= CALLED_IN_S and ahead > self.fewest

    def acts(self, ahead: int) -> bool:
        """Call past the others if that is worth it and not too much, unless he lets this client down."""
        return self.kept and self.fewest <= ahead <= self.most
