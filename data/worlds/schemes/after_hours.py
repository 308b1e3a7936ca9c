"""After hours: the client is served before opening or after closing, when nobody may queue."""

import numpy as np

from data.worlds.chance import between
from data.worlds.clock import HOUR, MINUTE, instant
from data.worlds.records import Booking
from data.worlds.schemes.favour import Arrangement

#: when the client is let in, against the hall's opening (s); past the people at the doors
EARLY_S = (-26 * MINUTE, -12 * MINUTE)
#: and against its closing (s); nobody takes tickets then
LATE_S = (5 * MINUTE, 50 * MINUTE)


class AfterHours(Arrangement):
    """The client books a slot like anybody, at any hour of the day, and comes outside opening hours.

    The clerk serves at once, without a ticket in the evening. Nobody need be passed: it takes effect if it happens.
    """

    kind = "after_hours"
    outside_hours = True

    def arrives_at(self, booking: Booking, rng: np.random.Generator) -> int | None:
        """Before opening or after closing, each as often; as anybody if the clerk lets the client down."""
        if not self.kept:
            return None
        hour, against = (9, EARLY_S) if rng.random() < 0.5 else (17, LATE_S)
        return instant(booking.service_day) + hour * HOUR + between(rng, *against)

    def took_effect(self, booking: Booking) -> bool:
        """Whether it was served outside the hours."""
        return self.kept and booking.called_at is not None
