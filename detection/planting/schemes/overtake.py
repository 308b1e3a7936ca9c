"""Overtake: the clerk calls the client at his first call after the client came in; the log shows it as it was."""

from detection.planting.scheme import Scheme, anybody

SCHEME = Scheme(
    name="overtake",
    meaning="the client is called past those who wait",
    needs=("checked_in_at", "called_at", "clerk_id"),
    able=anybody,
    record=lambda bookings, clients: bookings,
)
