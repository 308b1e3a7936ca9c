"""The bookings beside others that share an identifier with them."""

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.linking.contact_weights import (
    HOUSEHOLD,
    JUDGED_DAYS,
    LASTING_DAYS,
    WINDOWS,
    Uses,
    hubs,
    line_unknown,
    night_contacts,
    rarity,
    uses,
)
from features.night import KEY, Night
from features.queues.lines import Bools, Ints
from features.summaries.contacts import LINK_DAYS, NOBODY

#: what features call the identifiers, and their columns in bookings
NAMES = {"phone": "phone", "device": "device_id", "address": "ip", "agent": "agent_id"}
COUNTED = ("applicants", "centres", "clerks")
#: what a family shares
SHARED_AT_HOME = ("phone", "device")
#: the place of an identifier that is not there: the last, behind all others
ABSENT = -1


def links(night: Night) -> ir.Table:
    """The bookings' keys and identifiers, with what the identifiers have been used by.

    `<name>_<what>_<n>d` for each of `NAMES`, `COUNTED` and window: different ones in so many days; `<name>_hub`: 0 or
    1, of an address null where that hangs on devices and none is recorded; `<name>_newcomers`: citizens new on it;
    all of them null without that identifier. `strength`: the others on identifiers that are no hubs, by rarity, null
    without any identifier; `family`: 0 or 1, null without phone and
    device; `registered`: whether the declared agent was in the register on the day, null without agent or register.
    Without a register an agent may be a lawful agency, and does not count for `strength`.

    Only identifiers of the night are looked up, so the work follows the night.
    """
    table, number = night.bookings, night.engine.number
    numbers = {
        f"{name}_number": number(table[column].hexdigest("md5") if name == "agent" else table[column])
        for name, column in NAMES.items()
    }
    selected = table.select(*KEY, *NAMES.values(), applicant=number(table.applicant_id), **numbers)
    rows = night.engine.arrow(selected)
    found = uses(night, night_contacts(night))
    registered = _registered(night, rows["agent_id"])
    known = registered.fill_null(0).to_numpy() == 1
    at = {name: _places(found, rows[f"{name}_number"].combine_chunks()) for name in NAMES}
    judged = {name: place for name, place in at.items() if name != "agent" or registered.null_count < len(registered)}
    columns = {name: rows[name] for name in (*KEY, *NAMES.values())}
    for name, place in at.items():
        columns |= _of_identifier(found, name, place)
    columns["strength"] = _strength(found, judged, rows["applicant"].is_valid().to_numpy(), known)
    columns["family"] = _family(found, [at[name] for name in SHARED_AT_HOME])
    return night.engine.rows(pa.table({**columns, "registered": registered}))


def _places(found: Uses, numbers: pa.Int64Array) -> Ints:
    """Where in `found` the identifiers are; `ABSENT`: none, or nothing is known of it."""
    wanted = pc.fill_null(numbers, NOBODY).to_numpy()
    places = np.searchsorted(found.identifier, wanted)
    there = np.append(found.identifier, NOBODY)[places] == wanted
    return np.where(there & (wanted != NOBODY), places, ABSENT)


def _of_identifier(found: Uses, name: str, place: Ints) -> dict[str, pa.Array]:
    columns = {
        f"{name}_{what}_{days}d": _taken(found.different(what, days), place) for what in COUNTED for days in WINDOWS
    }
    unknown = line_unknown(found) if name == "address" else False
    columns[f"{name}_hub"] = _taken(np.where(unknown, ABSENT, hubs(found).astype(np.int64)), place)
    columns[f"{name}_newcomers"] = _taken(found.newcomers, place)
    return columns


def _taken(values: Ints, place: Ints) -> pa.Array:
    """The values at these places; null where there is none, or where it is negative."""
    at = np.append(values, ABSENT)[place]
    return pa.array(at, mask=at < 0)


def _strength(found: Uses, at: dict[str, Ints], identified: Bools, registered: Bools) -> pa.Array:
    """The others on a booking's identifiers, each by its rarity, summed; not on hubs nor on a registered agent."""
    people = np.maximum(found.different("applicants", JUDGED_DAYS), 0)
    weight = np.where(hubs(found), 0.0, rarity(people))
    total, some = np.zeros(identified.size), np.zeros(identified.size, bool)
    for name, place in at.items():
        some |= place != ABSENT
        others = np.maximum(np.append(people, 0)[place] - identified, 0)
        total += np.where((name == "agent") & registered, 0.0, others * np.append(weight, 0.0)[place])
    return pa.array(total, mask=~some)


def _family(found: Uses, at: list[Ints]) -> pa.Array:
    """Whether a booking's telephone and device have two to five citizens and have had them for long."""
    people = np.append(found.different("applicants", LINK_DAYS), ABSENT)
    shared = np.append((people[:-1] > 1) & (found.lasted >= LASTING_DAYS), False)
    for_long = np.any([shared[place] for place in at], axis=0)
    family = for_long & (np.max([people[place] for place in at], axis=0) <= HOUSEHOLD)
    return pa.array(family.astype(np.int64), mask=np.max(at, axis=0) == ABSENT)


def _registered(night: Night, agent: pa.ChunkedArray) -> pa.Array:
    """1 where the declared agent's registration holds on the day, else 0; null without an agent, or a register."""
    agents = night.table("agents")
    day = night.today
    agents = agents.filter(agents.registered_from <= day)  # later ones were not known
    valid = agents.registered_to.fill_null(day) >= day
    register = night.engine.arrow(agents.group_by("agent_id").aggregate(valid=valid.any()))
    if register.num_rows == 0:
        return pa.nulls(len(agent), pa.int64())
    held = pc.is_in(agent, register.filter(register["valid"])["agent_id"].combine_chunks())
    return pc.if_else(pc.is_valid(agent), held, None).cast(pa.int64()).combine_chunks()
