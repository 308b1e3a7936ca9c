"""What the night's identifiers have been used by: counts by window, which are hubs, how much sharing one says."""

import itertools
from functools import partial
from typing import NamedTuple

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.parallel import in_order
from features.linking.open_phones import open_phones
from features.night import MACHINES, Night
from features.queues.lines import Bools, Ints, compiled
from features.summaries.contacts import LINK_DAYS, NOBODY

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
#: the part of its bookings made on the premises from which an identifier is a kiosk's: the rest may be mistyped
AT_KIOSK = 0.8
#: devices a citizen behind an address from which it is a line that strangers share, a carrier's or an office's: the
#: few machines of an intermediary book for many citizens each
OWN_DEVICES = 0.5

#: identifiers are numbers below this, evenly spread (`Engine.number`)
IDENTIFIERS = 2**60

#: rows that are taken into memory at a time, of some 300 bytes each while they are counted
PART_ROWS = 500_000
READ = ("identifier", "applicant", "centre_id", "clerk_id", "device", "ago", "bookings", "onsite")
#: bits that hold the days of `LINK_DAYS`, and the largest number in them
AGO_BITS, LATEST = 7, 127


def night_contacts(night: Night) -> ir.Table:
    """The `contacts` of `LINK_DAYS` days on identifiers that a booking of the night has: all that links reach.

    With `ago`, the days before the night; `onsite` counts only what was booked at a machine. By `identifier`, so that
    some identifiers at a time are found without reading all.
    """
    past = night.table("contacts", LINK_DAYS)
    of_tonight = past.filter(past.service_day == night.today).select("identifier").distinct()
    past = past.semi_join(of_tonight, "identifier").mutate(
        ago=night.today.delta(past.service_day, unit="day"),
        onsite=past.kind.isin(MACHINES).ifelse(past.onsite, 0),
    )
    return night.engine.kept(past.select(*READ).order_by("identifier"))


class Uses(NamedTuple):
    """What the identifiers have been used by, one place an identifier, in ascending order of `identifier`.

    `counts["applicants"]`, of applicants, centres, clerks and devices (behind an address): different ones in each of
    `WINDOWS` up to the night, a column each. A citizen whom nobody identified counts as nobody; -1 where no use in the
    longest window has one recorded. `newcomers`: citizens whom it had not seen before the last `NEW_DAYS`; `lasted`:
    days from its first to its last use; `open`: whether all know whose it is: a machine on a centre's premises, the
    telephone of a centre or of a company's messenger.
    """

    identifier: Ints
    counts: dict[str, Ints]
    newcomers: Ints
    lasted: Ints
    open: Bools

    def different(self, what: str, days: int) -> Ints:
        """The counts of one window."""
        return self.counts[what][:, WINDOWS.index(days)]


def uses(night: Night, contacts: ir.Table) -> Uses:
    """The uses of all identifiers of these `night_contacts`, some identifiers at a time.

    On arrays: compiling the same as set logic took half a second a night, and running it twice as long.
    """
    size = night.engine.arrow(contacts.aggregate(size=contacts.count()))["size"][0].as_py()
    bounds = np.linspace(0, IDENTIFIERS, size // PART_ROWS + 2).astype(np.int64).tolist()
    phones = open_phones(night)
    dealt = (
        contacts.filter(contacts.identifier >= first, contacts.identifier < beyond)
        for first, beyond in itertools.pairwise(bounds)
    )
    found = [each for _, each in in_order(partial(_uses, phones=phones), map(night.engine.arrow, dealt))]
    return Uses(
        np.concatenate([each.identifier for each in found]),
        {what: np.concatenate([each.counts[what] for each in found]) for what in found[0].counts},
        *(np.concatenate([each[place] for each in found]) for place in range(2, len(Uses._fields))),
    )


def _uses(rows: pa.Table, phones: Ints) -> Uses:
    """The uses of the identifiers of these contacts, in ascending order; `phones`: the open ones."""
    numbers = rows["identifier"].to_numpy()
    order = np.argsort(numbers)
    numbers, ago = numbers[order], rows["ago"].to_numpy()[order]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(numbers) != 0])[: numbers.size])
    bounds = np.append(starts, numbers.size)
    centre = _codes(rows["centre_id"])
    clerk = _codes(rows["clerk_id"])
    values = {
        "applicants": _codes(rows["applicant"]),
        "centres": centre,
        "clerks": np.where(clerk == NOBODY, NOBODY, centre * (clerk.max(initial=0) + 1) + clerk),
        "devices": _codes(rows["device"]),
    }
    windows = np.array(WINDOWS)
    found = {what: distinct(bounds, value[order], ago, windows, NEW_DAYS) for what, value in values.items()}
    judged = ago < JUDGED_DAYS
    made, onsite = (_sums(np.where(judged, rows[name].to_numpy()[order], 0), starts) for name in ("bookings", "onsite"))
    one_centre = found["centres"][0][:, WINDOWS.index(JUDGED_DAYS)] == 1
    return Uses(
        numbers[starts],
        {what: counts for what, (counts, _) in found.items()},
        newcomers=found["applicants"][1],
        lasted=np.maximum.reduceat(ago, starts) - np.minimum.reduceat(ago, starts) if starts.size else starts,
        open=(one_centre & (onsite >= AT_KIOSK * made)) | np.isin(numbers[starts], phones),
    )


@compiled
def distinct(bounds: Ints, values: Ints, ago: Ints, windows: Ints, new_days: int) -> tuple[Ints, Ints]:
    """Different values of each slice between two `bounds`: how many in each window, and how many are new.

    A value counts in a window (days) when its latest use was fewer days `ago`; it is new when all of them were fewer
    than `new_days`. `values` below 0 are none; -1 in every window where a slice has none at all. `ago` is below 128.
    """
    counts = np.zeros((bounds.size - 1, windows.size), np.int64)
    new = np.zeros(bounds.size - 1, np.int64)
    for place in range(bounds.size - 1):
        keys = np.empty(bounds[place + 1] - bounds[place], np.int64)
        size = 0
        for row in range(bounds[place], bounds[place + 1]):
            if values[row] >= 0:
                keys[size] = values[row] << AGO_BITS | ago[row]
                size += 1
        keys = keys[:size]
        keys.sort()
        if size == 0:
            counts[place] = -1
        for row in range(size):
            if row == 0 or keys[row] >> AGO_BITS != keys[row - 1] >> AGO_BITS:
                for window in range(windows.size):  # a whole row at once would be an array, each time
                    counts[place, window] += (keys[row] & LATEST) < windows[window]
            if row == size - 1 or keys[row] >> AGO_BITS != keys[row + 1] >> AGO_BITS:
                new[place] += (keys[row] & LATEST) < new_days
    return counts, new


def _codes(values: pa.ChunkedArray) -> Ints:
    """A small number a value; `NOBODY` for null."""
    codes: Ints = pc.fill_null(values.combine_chunks().dictionary_encode().indices, NOBODY).to_numpy().astype(np.int64)
    return codes


def _sums(values: Ints, starts: Ints) -> Ints:
    sums: Ints = np.add.reduceat(values, starts) if starts.size else starts
    return sums


def rarity(applicants: Ints) -> Floats:
    """How much it says that two citizens share an identifier that so many use: 1 / log2(1 + applicants), at most 1.

    The weight of Adamic and Adar, Friends and Neighbors on the Web, Social Networks 25 (2003), with 1 added so that
    one citizen has a weight, too.
    """
    weight: Floats = 1 / np.log2(1 + np.maximum(applicants, 1))
    return weight


def hubs(found: Uses) -> Bools:
    """Which identifiers strangers share by what they are: an institution's, an open one, a carrier's or office's."""
    people = found.different("applicants", JUDGED_DAYS)
    line = found.different("devices", JUDGED_DAYS) >= OWN_DEVICES * people
    hub: Bools = (people >= INSTITUTION) | ((people > HOUSEHOLD) & (found.open | line))
    return hub


def line_unknown(found: Uses) -> Bools:
    """Which addresses may be a line that strangers share, for all that is known: none of their devices is recorded."""
    many = found.different("applicants", JUDGED_DAYS) > HOUSEHOLD
    unknown: Bools = many & ~hubs(found) & (found.different("devices", JUDGED_DAYS) <= 0)
    return unknown
