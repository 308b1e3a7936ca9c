"""Priority: an ordinary client is recorded in a class that may go first."""

import numpy as np

from data.worlds.chance import chosen
from data.worlds.records import Booking
from data.worlds.schemes.overtake import Overtake

#: one in three is implausible for the client's age; the others only become conspicuous by the clerk who serves them
CLASSES = ("elderly", "disabled", "veteran")


class Priority(Overtake):
    """The class is entered as the client takes the ticket; the ring's clerk then calls at once, and may.

    At another window the class alone puts the client some minutes ahead.
    """

    kind = "priority"
    passes = (2, 10**6)
    by_record = True

    def checks_in(self, booking: Booking, rng: np.random.Generator) -> None:
        """Enter a class, unless the clerk lets this client down."""
        given = chosen(rng, CLASSES)
        if self.kept:
            booking.priority_class = given
