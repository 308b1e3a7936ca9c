"""Who keeps meeting the same clerk: the *owner* of a booking and its clerk and window, in 30 days up to the night.

A booking's owner is its ring; else its agent; else the telephone or device that it shares with most others, be it no
kiosk, which knows nobody: a device of more citizens than a household, with which the night's bookings were made on the
premises. Hours are parted where a shift for the queue begins or ends (`features/queues/rosters.py`).
"""

import ibis.expr.types as ir

from features.declare import feature

NOTHING = "never called, or it shares nothing with others, or nobody else called in its owner's hours and queues"


@feature(unit="calls", needs=("called_at", "clerk_id"), null=NOTHING)
def ring_calls(affinity: ir.Table) -> ir.Value:
    """Bookings of the owner that anybody called, in hours in which its clerk and others called in that queue."""
    return affinity.clerk_calls


@feature(unit="meetings", needs=("called_at", "clerk_id"), null=NOTHING)
def ring_clerk_meetings(affinity: ir.Table) -> ir.Value:
    """Bookings of the owner that the booking's clerk called, in hours in which others called in that queue, too."""
    return affinity.clerk_meetings


@feature(unit="meetings", needs=("called_at", "clerk_id"), null=NOTHING)
def ring_clerk_expected(affinity: ir.Table) -> ir.Value:
    """What chance deals of them: by hour and shift, the owner's calls times the clerk's share of the queue's calls."""
    return affinity.clerk_expected


@feature(unit="probability", needs=("called_at", "clerk_id"), null=NOTHING)
def ring_clerk_p(affinity: ir.Table) -> ir.Value:
    """Probability that chance deals so many meetings with the clerk or more (`features/linking/affinity.py`)."""
    return affinity.clerk_p


@feature(unit="probability", needs=("called_at", "window_id"), null=NOTHING)
def ring_window_p(affinity: ir.Table) -> ir.Value:
    """The same for the booking's window."""
    return affinity.window_p
