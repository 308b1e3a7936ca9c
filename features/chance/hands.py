"""Clerks and windows over weeks: how far what they were dealt departs from chance."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.arrays import given, group_codes, starts_of
from features.chance.chances import Reals, tails_of_sums
from features.queues.lines import Ints
from features.summaries.hands import CLERK, GRANTED_BY, WINDOW

#: calls with others to compare with below which nothing is said of a hand
HAND_CALLS = 10

#: the columns that name the hand of a booking, by kind
NAMED_BY: dict[str, tuple[str, str | None]] = {
    CLERK: ("clerk_id", None),
    WINDOW: ("window_id", None),
    **{kind: (hand, "priority_class") for kind, hand in GRANTED_BY.items()},
}

BESIDE_OTHERS = pa.schema(
    [
        pa.field("centre_id", pa.string()),
        pa.field("booking_id", pa.string()),
        *(pa.field(f"{kind}_{what}", pa.float64()) for kind in NAMED_BY for what in ("excess", "p")),
    ]
)

_UNIT = ["centre_id", "kind", "hand_id", "priority_class"]


def beside_others(rows: pa.Table) -> pa.Table:
    """For each booking: `<kind>_excess` and `<kind>_p` of its clerk, its window, and its clerk and its typist
    with its class.

    `rows`: bookings, with `booking_id` and the columns of `NAMED_BY`, and rows of the summary `hands`
    of some days, without. The excess is in calls: the hand's calls times the difference between its share of marked
    ones and the others', hours weighed after Mantel and Haenszel (1959; risk differences: Greenland and Robins, 1985),
    under which thin hours with few others do little. The p-value is the probability of as many marked calls or more by
    chance. Null for a hand with fewer than `HAND_CALLS` calls to compare.
    """
    rows = rows.combine_chunks()
    bookings, tallied = rows.filter(given(rows["booking_id"])), rows.filter(pc.is_valid(rows["chance"]))
    asked = [_asked(bookings, kind) for kind in NAMED_BY]
    units = group_codes(pa.concat_tables([*asked, tallied.select(_UNIT)]), _UNIT)
    size = int(units.max(initial=-1)) + 1
    excess, tails = _judged(tallied.combine_chunks(), units[units.size - tallied.num_rows :], size)
    found = [bookings["centre_id"], bookings["booking_id"]]
    for place in range(len(asked)):
        unit = units[place * bookings.num_rows : (place + 1) * bookings.num_rows]
        found += [pa.array(values[unit], mask=np.isnan(values[unit])) for values in (excess, tails)]
    return pa.table(found, names=BESIDE_OTHERS.names).cast(BESIDE_OTHERS)


def _asked(bookings: pa.Table, kind: str) -> pa.Table:
    hand, mark = NAMED_BY[kind]
    nothing = pa.nulls(bookings.num_rows, pa.string())
    # a booking without a class asks for a unit that no row can have
    there = given(bookings[hand]) & (given(bookings[mark]) if mark else True)
    columns = [bookings["centre_id"], pa.array(np.where(there, kind, "")), bookings[hand]]
    return pa.table([*columns, bookings[mark] if mark else nothing], names=_UNIT)


def _judged(tallied: pa.Table, unit: Ints, size: int) -> tuple[Reals, Reals]:
    """Per unit excess and p-value, not a number where it is not assessed."""
    found = np.full((2, size), np.nan)
    if not unit.size:
        return found[0], found[1]
    days = tallied["service_day"].cast(pa.int32()).to_numpy()
    places = np.lexsort((days, unit))  # sums of days in their order, the same whatever the order of rows
    tallied, unit = tallied.take(pa.array(places)).combine_chunks(), unit[places]
    begins = np.flatnonzero(starts_of(unit))
    starts = np.append(begins, unit.size)

    def total(name: str) -> Reals:
        return np.add.reduceat(tallied[name].to_numpy(), begins).astype(np.float64)

    chance = tallied["chance"].combine_chunks()
    ends = chance.offsets.to_numpy()[1:].astype(np.int64)
    lowest = tallied["chance_from"].to_numpy()
    tails = tails_of_sums(starts, lowest, ends, chance.values.to_numpy(), total("observed").astype(np.int64))
    excess = total("calls") * (total("observed") - total("expected")) / total("weight")
    enough = total("calls") >= HAND_CALLS
    found[:, unit[begins]] = np.where(enough, (excess, tails), np.nan)
    return found[0], found[1]
