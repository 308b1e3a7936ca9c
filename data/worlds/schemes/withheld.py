"""Withheld quota: a centre releases a share of what it can serve, and keeps the rest for sale (see `insert.py`)."""

from dataclasses import replace

from data.worlds.plan import Centre

KIND = "withheld"


def withholding(centre: Centre, share: float) -> Centre:
    """The same centre, of whose slots and walk-in tickets only `share` is given out; as many people ask as before."""
    services = tuple(replace(one, quota=round(one.quota * share)) for one in centre.services)
    tickets = round(centre.walk_in_tickets * share)
    return replace(centre, services=services, walk_in_tickets=tickets, withholds=True)
