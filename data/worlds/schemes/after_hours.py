"""After hours: the client is served before opening or after closing, when nobody may queue."""

import numpy as np

from data.worlds.chance import between
from data.worlds.clock import MINUTE, instant
from data.worlds.records import Booking
from data.worlds.roster import CLOSES, OPENS
from data.worlds.schemes.favour import Arrangement

#: when the client is let in, against the hall's opening (s); past the people at the doors
EARLY_S = (-26 * MINUTE, -12 * MINUTE)
#: and against its closing (s); only people who return with a paper may still take a ticket then
LATE_S = (5 * MINUTE, 50 * MINUTE)


class AfterHours(Arrangement):
    """The client books a slot like anybody, at any hour of the day, and comes outside opening hours.

    The clerk serves at once. Nobody need be passed: it takes effect if it happens.
    """

    kind = "after_hours"
    outside_hours = True

    def arrives_at(self, booking: Booking, rng: np.random.Generator) -> int | None:
        """Before opening or after closing, each as often; as anybody if the clerk lets the client down."""
        if not self.kept:
            return None
        clock, against = (OPENS, EARLY_S) if rng.random() < 0.5 else (CLOSES, LATE_S)
        return instant(booking.service_day, clock) + between(rng, *against)

    def took_effect(self, booking: Booking) -> bool:
        """Whether it was called outside the hours."""
        opens, closes = instant(booking.service_day, OPENS), instant(booking.service_day, CLOSES)
        return self.kept and booking.called_at is not None and not opens <= booking.called_at <= closes
