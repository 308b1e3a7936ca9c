"""Machines whose clocks differ: the two ticket machines', and each window's."""

from collections.abc import Iterable

import numpy as np

from data.worlds.chance import between, chosen
from data.worlds.plan import Habits
from data.worlds.records import Booking

#: the contract's default slack (s); a machine that runs ahead by more would have its rows refused
SLACK_S = 60
#: how far a window's clock is off at most, as a part of `Habits.skew_s`
WINDOW_PART = 0.25
TICKET_MACHINES = 2


def set_clocks(rng: np.random.Generator, habits: Habits, bookings: Iterable[Booking]) -> None:
    """Log the times of one day by the clocks that were there.

    A ticket machine may be slow by more than the slack, so that check-ins seem earlier; ahead it stays within the
    slack, together with the windows. The machines share one run of numbers, so numbers and times may disagree.
    """
    if not habits.skew_s:
        return
    window_s = int(WINDOW_PART * habits.skew_s)
    ahead = min(habits.skew_s, SLACK_S - window_s)
    machines = [between(rng, -habits.skew_s, ahead) for _ in range(TICKET_MACHINES)]
    windows: dict[str, int] = {}
    for booking in bookings:
        if booking.checked_in_at is not None:
            machine = chosen(rng, machines)
            if booking.created_at == booking.checked_in_at:  # made at the machine
                booking.created_at += machine
            booking.checked_in_at += machine
        window = booking.window_id
        if window is None or booking.called_at is None or booking.served_from is None or booking.served_to is None:
            continue
        if window not in windows:
            windows[window] = between(rng, -window_s, window_s)
        off = windows[window]
        booking.called_at, booking.served_from = booking.called_at + off, booking.served_from + off
        booking.served_to += off
