"""What the night's identifiers have been used by: counts by window, which are hubs, how much sharing one says."""

from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.lines import Bools, Ints
from features.night import Night
from features.summaries.contacts import LINK_DAYS

Floats = npt.NDArray[np.float64]

#: days of service up to the night over which the others on an identifier are counted, its own included
WINDOWS = (1, 7, 30, LINK_DAYS)
#: days of the window by which identifiers are judged
JUDGED_DAYS = 30
#: days within which a citizen is new on an identifier
NEW_DAYS = 7

#: citizens of a household, at most (design, features of links)
HOUSEHOLD = 5
#: days from first to last use from which few citizens share an identifier for long, rather than in one bustle
LASTING_DAYS = 14
#: citizens in 30 days, ten a day, from which an identifier is an institution's: a hotline, a number filled in for
#: want of one (decision 0013)
INSTITUTION = 300
#: identifiers of machines, which may stand on the premises
MACHINES = ("device_id", "ip")
#: the part of its bookings made on the premises from which an identifier is a kiosk's: the rest may be mistyped
AT_KIOSK = 0.8
#: devices a citizen behind an address from which it is a line that strangers share, a carrier's or an office's: the
#: few machines of an intermediary book for many citizens each
OWN_DEVICES = 0.5


def night_contacts(night: Night) -> ir.Table:
    """The `contacts` of `LINK_DAYS` days on identifiers that a booking of the night has: all that links reach.

    With `ago`, the days before the night.
    """
    past = night.table("contacts", LINK_DAYS)
    of_tonight = past.filter(past.service_day == night.day).select("identifier").distinct()
    past = past.semi_join(of_tonight, "identifier")
    return night.engine.kept(past.mutate(ago=ibis.literal(night.day).delta(past.service_day, unit="day")))


class Uses(NamedTuple):
    """What the identifiers have been used by, one place an identifier, in ascending order of `identifier`.

    `counts["applicants"][7]`, of applicants, centres, clerks, devices (behind an address) and each of `WINDOWS`:
    different ones in so many days up to the night. A citizen whom nobody identified counts as nobody; -1 where no use
    in the longest window has one recorded. `newcomers`: citizens whom it had not seen before the last `NEW_DAYS`;
    `lasted`: days from its first to its last use; `kiosk`: whether it is a machine that stands in one centre.
    """

    identifier: Ints
    counts: dict[str, dict[int, Ints]]
    newcomers: Ints
    lasted: Ints
    kiosk: Bools


def uses(night: Night, contacts: ir.Table) -> Uses:
    """The uses of all identifiers of these `night_contacts`.

    Different ones are counted by the engine, each pair by its latest day; what comes back is as long as the night.
    """
    judged = contacts.ago < JUDGED_DAYS
    at_machine = judged & contacts.kind.isin(MACHINES)
    days = {"ago": contacts.ago.min(), "since": contacts.ago.max()}
    people = contacts.filter(contacts.applicant.notnull()).group_by("identifier", "applicant").aggregate(**days)
    served = contacts.group_by("identifier", "centre_id", "clerk_id").aggregate(
        **days, made=contacts.bookings.sum(where=judged), onsite=contacts.onsite.sum(where=at_machine)
    )
    served = night.engine.kept(served)
    centres = served.group_by("identifier", "centre_id").aggregate(
        ago=served.ago.min(), since=served.since.max(), made=served.made.sum(), onsite=served.onsite.sum()
    )
    devices = contacts.filter(contacts.device.notnull()).group_by("identifier", "device").aggregate(**days)
    base = _counted(
        night,
        centres,
        lasted=centres.since.max() - centres.ago.min(),
        made=centres.made.sum(),
        onsite=centres.onsite.sum(),
    )
    identifier = base["identifier"].to_numpy()
    found = {
        "centres": base,
        "applicants": _counted(night, people, newcomers=people.count(where=people.since < NEW_DAYS)),
        "clerks": _counted(night, served.filter(served.clerk_id.notnull())),
        "devices": _counted(night, devices),
    }
    counts = {name: {days: _placed(identifier, rows, f"in_{days}") for days in WINDOWS} for name, rows in found.items()}
    made, onsite = (pc.fill_null(base[name], 0).to_numpy() for name in ("made", "onsite"))
    return Uses(
        identifier,
        counts,
        newcomers=np.maximum(_placed(identifier, found["applicants"], "newcomers"), 0),
        lasted=base["lasted"].to_numpy(),
        kiosk=(counts["centres"][JUDGED_DAYS] == 1) & (made > 0) & (onsite >= AT_KIOSK * made),
    )


def rarity(applicants: Ints) -> Floats:
    """How much it says that two citizens share an identifier that so many use: 1 / log2(1 + applicants), at most 1.

    The weight of Adamic and Adar, Friends and Neighbors on the Web, Social Networks 25 (2003), with 1 added so that
    one citizen has a weight, too.
    """
    weight: Floats = 1 / np.log2(1 + np.maximum(applicants, 1))
    return weight


def hubs(found: Uses) -> Bools:
    """Which identifiers strangers share by what they are: an institution's, a kiosk's, a carrier's or office's line."""
    people = found.counts["applicants"][JUDGED_DAYS]
    line = found.counts["devices"][JUDGED_DAYS] >= OWN_DEVICES * people
    hub: Bools = (people >= INSTITUTION) | ((people > HOUSEHOLD) & (found.kiosk | line))
    return hub


def _counted(night: Night, pairs: ir.Table, **more: ir.Value) -> pa.Table:
    """Pairs of an identifier and something, by identifier: how many in each window."""
    windows = {f"in_{days}": pairs.count(where=pairs.ago < days) for days in WINDOWS}
    return night.engine.arrow(pairs.group_by("identifier").aggregate(**windows, **more).order_by("identifier"))


def _placed(identifier: Ints, rows: pa.Table, name: str) -> Ints:
    """A column of `rows` at the places of `identifier`, which has all of theirs; -1 where there is none."""
    column = np.full(identifier.size, -1)
    column[np.searchsorted(identifier, rows["identifier"].to_numpy())] = rows[name].to_numpy()
    return column
