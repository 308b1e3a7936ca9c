"""What ties a booking to others: identifiers that different citizens share."""

import ibis.expr.types as ir

from features.declare import Definition, feature
from features.frames.links import NAMES
from features.linking.contact_weights import JUDGED_DAYS, WINDOWS

COUNTED = {
    "applicants": "Different citizens who booked with this {name} in the {days} days up to the night.",
    "centres": "Different centres that were booked with this {name} in the {days} days up to the night.",
    "clerks": "Different clerks who served bookings of this {name} in the {days} days up to the night.",
}


def _count(name: str, what: str, days: int) -> Definition:
    """The count of one identifier, of what, in one window; that of `JUDGED_DAYS` has the short name."""

    def count(links: ir.Table) -> ir.Value:
        return links[f"{name}_{what}_{days}d"]

    count.__name__ = f"{what}_on_{name}" + (f"_{days}d" if days != JUDGED_DAYS else "")
    count.__doc__ = COUNTED[what].format(name=name, days=days)
    return count


for _name, _column in NAMES.items():
    for _what in COUNTED:
        for _days in WINDOWS:
            _null = f"no {_name} delivered" + (", or no clerk recorded on it in 90 days" if _what == "clerks" else "")
            feature(unit=_what, needs=(_column,), null=_null)(_count(_name, _what, _days))


@feature(unit="applicants", needs=("phone",), null="no phone delivered")
def newcomers_on_phone(links: ir.Table) -> ir.Value:
    """Citizens whom this phone had not been used for before the last 7 days, of the 90 days up to the night.

    A family has few in any week and an intermediary dozens. In the first week of a log everybody is new.
    """
    return links.phone_newcomers


@feature(unit="applicants", needs=("device_id",), null="no device delivered")
def newcomers_on_device(links: ir.Table) -> ir.Value:
    """Citizens whom this device had not been used for before the last 7 days, of the 90 days up to the night."""
    return links.device_newcomers


@feature(unit="0 or 1", needs=("phone",), null="no phone delivered")
def phone_hub(links: ir.Table) -> ir.Value:
    """Whether this phone is an institution's (300 citizens in 30 days), a hall's own, or a company messenger's.

    A hall's own is filled in for people who have none: more users than a household, at least 80 % of its bookings typed
    in, all of them at one centre, and by so many employees as if it were anybody's there to fill in. Under a
    messenger's at least 80 % of those who came within 30 days came with five or more others, within ten minutes.
    """
    return links.phone_hub


@feature(unit="0 or 1", needs=("device_id",), null="no device delivered")
def device_hub(links: ir.Table) -> ir.Value:
    """Whether this device is an institution's (300 citizens in 30 days), or a kiosk.

    A kiosk has more users than a household, in one centre alone, and at least 80 % of its bookings are made on the
    premises.
    """
    return links.device_hub


@feature(unit="0 or 1", needs=("ip",), null="no address delivered, or more citizens than a household and no device")
def address_hub(links: ir.Table) -> ir.Value:
    """Whether this address is an institution's, a kiosk's, or a line that strangers share, a carrier's or an office's.

    On such a line there are more citizens than in a household, and at least half as many devices.
    """
    return links.address_hub


@feature(
    unit="applicants, by rarity", needs=(), null="no identifier delivered, or an agent only and no register of agents"
)
def link_strength(links: ir.Table) -> ir.Value:
    """Other citizens of 30 days on this booking's phone, device, address and unregistered agent, damped.

    Each identifier's are multiplied by 1 / log2(1 + citizens on it) (Adamic and Adar 2003); hubs count nothing.
    """
    return links.strength


@feature(unit="0 or 1", needs=(), null="neither phone nor device delivered")
def family_like(links: ir.Table) -> ir.Value:
    """Whether two to five citizens, no more, have shared the phone or the device for two weeks or longer in 90 days."""
    return links.family


@feature(unit="0 or 1", needs=("agent_id",), null="no agent declared, or no register of agents delivered")
def agent_registered(links: ir.Table) -> ir.Value:
    """Whether the declared agent's registration was valid on the night."""
    return links.registered
