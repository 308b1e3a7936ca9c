"""Who keeps meeting the same clerk: a ring's, an agent's or a shared identifier's bookings, against what chance deals.

Within one hour of one queue of one day, and between two changes of shift, whoever is called might have come to any of
the clerks who call there, each as likely as the calls they make. So the meetings of a ring with a clerk are a draw
without replacement, hour by hour, and their sum has an exact distribution (`features/chance/chances.py`). An hour in
which nobody else calls in that queue compares with nothing: a specialist and a roster are in the number of calls, and
do not look like collusion.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from data.parallel import in_order
from features.arrays import given, group_codes
from features.chance.chances import Reals, sums_of_draws, tails_of_sums
from features.parts import parts_of
from features.queues.lines import Bools, Ints

#: meetings in 30 days above which an owner is an institution: ten for each citizen that a hub has
MOST_MEETINGS = 3_000

#: what is drawn from: the calls of one hour in one queue of one day, while the same windows were on shift for it
HOUR = ("service_day", "centre_id", "service_code", "hour", "roster")


class Affinity(NamedTuple):
    """Per booking: `calls` of its owner, `meetings` with its clerk or window among them, `expected` ones, and `p`.

    `p`: with which chance alone deals so many or more. Only hours count in which others called in the queue, too;
    `assessed` is false where there is none, and then the others say nothing.
    """

    calls: Ints
    meetings: Ints
    expected: Reals
    p: Reals
    assessed: Bools


class _Sums(NamedTuple):
    """Numbers by key, keys ascending."""

    key: Ints
    number: Ints

    def of(self, key: Ints) -> Ints:
        """The number of each of these keys, 0 where there is none."""
        place = np.searchsorted(self.key, key)
        there = np.append(self.key, -1)[place] == key
        return np.where(there, np.append(self.number, 0)[place], 0)


def affinities(hands: Sequence[str], bookings: pa.Table, meetings: pa.Table, load: pa.Table) -> dict[str, Affinity]:
    """How each booking's owner meets each of its `hands`, clerk and window.

    `bookings`: `owner` (a number, -1: nobody), `centre_id` and the hands, `<hand>_id`; `meetings`: the owners'
    bookings, with `owner`, `HOUR`, the hands and their number, `bookings`; `load`: everybody's, with their number,
    `served`.
    """
    names = {hand: f"{hand}_id" for hand in hands}
    institutions = {hand: _institutions(name, meetings) for hand, name in names.items()}
    asking = bookings.select(["owner", "centre_id", *names.values()])
    asking = asking.append_column("row", pa.array(np.arange(asking.num_rows)))

    def work(part: tuple[pa.Table, ...]) -> dict[str, Affinity]:
        return {hand: _affinity(name, institutions[hand], *part) for hand, name in names.items()}

    kinds = (np.int64, np.int64, np.float64, np.float64, np.bool_)
    everybody = {hand: Affinity(*(np.empty(asking.num_rows, kind) for kind in kinds)) for hand in hands}
    for (asked, *_), found in in_order(
        work, parts_of(asking, meetings.select(["owner", *HOUR, *names.values(), "bookings"]), load)
    ):
        for hand, of_part in found.items():
            for values, some in zip(everybody[hand], of_part, strict=True):
                values[asked["row"].to_numpy()] = some
    return everybody


def _institutions(hand: str, meetings: pa.Table) -> Ints:
    """The owners with too many meetings to mean anybody."""
    met = given(meetings[hand]) & given(meetings["hour"])
    owners, place = np.unique(meetings["owner"].to_numpy()[met], return_inverse=True)
    number = np.bincount(place, meetings["bookings"].to_numpy()[met], owners.size)
    found: Ints = owners[number > MOST_MEETINGS]
    return found


def _affinity(hand: str, institutions: Ints, bookings: pa.Table, meetings: pa.Table, load: pa.Table) -> Affinity:
    """The same of one hand and of the rows of whole centres."""
    met, calls = (rows.filter(pa.array(given(rows[hand]) & given(rows["hour"]))) for rows in (meetings, load))
    owner = bookings["owner"].to_numpy()
    asked = (owner >= 0) & given(bookings[hand]) & ~np.isin(owner, institutions)
    owners, owner = np.unique(owner[asked], return_inverse=True)
    met = met.filter(pa.array(np.isin(met["owner"].to_numpy(), owners)))
    call_hand, met_hand, own_hand = _codes((calls, met, bookings), ("centre_id", hand))
    call_hour, met_hour = _codes((calls, met), HOUR)
    hands = int(max(own_hand.max(initial=0), call_hand.max(initial=0), met_hand.max(initial=0))) + 1
    pairs, place = np.unique(owner * hands + own_hand[asked], return_inverse=True)
    served, number = calls["served"].to_numpy(), met["bookings"].to_numpy()
    size = int(max(call_hour.max(initial=0), met_hour.max(initial=0))) + 1
    # an owner's hours are coded once more: owners by hours by hands may be more than a number holds
    met_owner = np.searchsorted(owners, met["owner"].to_numpy())
    owned_hours, met_at = np.unique(met_owner * size + met_hour, return_inverse=True)
    owned = np.bincount(met_at, number, owned_hours.size).astype(np.int64)
    together = _summed(met_at * hands + met_hand, number)
    drawn = _summed(call_hour * hands + call_hand, served)
    total = np.bincount(call_hour, served, size).astype(np.int64)
    first, last = (np.searchsorted(owned_hours, (pairs // hands + n) * size) for n in (0, 1))
    pair = np.repeat(np.arange(pairs.size), last - first)
    cell = np.arange(pair.size) - np.repeat(np.cumsum(last - first) - last, last - first)
    hour, of_hand = owned_hours[cell] % size, pairs[pair] % hands
    columns = (
        pair,
        owned[cell],
        together.of(cell * hands + of_hand),
        drawn.of(hour * hands + of_hand),
        total[hour],
    )
    found = _compared(pairs.size, *columns)
    spread = np.full(asked.size, pairs.size)
    spread[asked] = place
    return Affinity(
        np.append(found.calls, 0)[spread],
        np.append(found.meetings, 0)[spread],
        np.append(found.expected, 0.0)[spread],
        np.append(found.p, 1.0)[spread],
        np.append(found.assessed, False)[spread],
    )


def _compared(pairs: int, pair: Ints, owned: Ints, met: Ints, drawn: Ints, total: Ints) -> Affinity:
    """Per pair of an owner and a hand; a cell is an hour: the owner's calls, those by the hand, the hand's, all."""
    open_ = (drawn > 0) & (drawn < total)
    # equal draws commute, so that this order makes sums the same whatever their names
    order = np.lexsort((total, drawn, owned, pair))
    order = order[open_[order]]
    pair, owned, met, drawn, total = (values[order] for values in (pair, owned, met, drawn, total))
    owned = np.minimum(owned, total)
    calls = np.bincount(pair, owned, pairs).astype(np.int64)
    meetings = np.bincount(pair, met, pairs).astype(np.int64)
    starts = np.searchsorted(pair, np.arange(pairs + 1))
    lowest, ends, chances = sums_of_draws(starts, drawn, owned, total)
    p = tails_of_sums(np.arange(pairs + 1), lowest, ends, chances, meetings)
    varies = np.bincount(pair, owned < total, pairs) > 0
    expected = np.bincount(pair, drawn * owned / np.maximum(total, 1), pairs).astype(np.float64)
    return Affinity(calls, meetings, expected, p, varies)


def _codes(tables: Sequence[pa.Table], columns: Sequence[str]) -> list[Ints]:
    """For the rows of each table a code for what they say in these columns, the same in all tables."""
    codes = group_codes(pa.concat_tables([table.select(columns) for table in tables]), columns)
    return np.split(codes, np.cumsum([table.num_rows for table in tables])[:-1])


def _summed(key: Ints, number: Ints) -> _Sums:
    keys, place = np.unique(key, return_inverse=True)
    return _Sums(keys, np.bincount(place, number, keys.size).astype(np.int64))
