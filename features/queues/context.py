"""What the hall was like around a booking: crowd, silence, disorder, and who its clerk is."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.arrays import MINUTE, clock_hours, given, group_codes, micros
from features.chance.chances import Reals
from features.queues.calls import line_lengths, of_calls, windows_open
from features.queues.lines import Ints
from features.queues.opening import stretches
from features.queues.outages import longest_silences
from features.summaries.hands import LOG_PARTS

#: the share of days on which a centre serves no more than it can: its best days without the very best
BEST_DAYS = 0.9
#: days with service below which nothing is said of what a centre can serve: one week
SERVING_DAYS = 5
#: days that the centre's log must reach back before anybody in it can be called new
LOG_DAYS = 14

IN_HALL = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in ("centre_id", "booking_id")),
        *(pa.field(name, pa.float64()) for name in ("load", "people_per_window", "disorder_spread", "outage_minutes")),
    ]
)
OVER_WEEKS = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in ("centre_id", "booking_id")),
        *(
            pa.field(name, pa.float64())
            for name in ("released_share", "refused_that_day", "clerk_days_known", "clerk_service_pace")
        ),
    ]
)


def in_hall(rows: pa.Table) -> pa.Table:
    """For each booking of a day the columns of `IN_HALL`, see the features of these names.

    `rows`: the bookings as `features.queues.calls.of_calls` takes them, and shifts, without a `booking_id`, with
    `opens_at` and `closes_at`.
    """
    rows = rows.combine_chunks()
    bookings, shifts = rows.filter(given(rows["booking_id"])), rows.filter(pc.is_null(rows["booking_id"]))
    calls = of_calls(bookings)
    centres = pa.concat_tables([part.select(["centre_id"]) for part in (bookings, calls, shifts)])
    centre = group_codes(centres, ["centre_id"])
    of_booking, of_call, of_shift = np.split(centre, np.cumsum([bookings.num_rows, calls.num_rows]))
    size = int(centre.max(initial=-1)) + 1
    spread = _spread(of_call, calls, size)[of_booking]
    silence = _silences(of_call, calls, of_shift, shifts, size)[of_booking]
    columns = [bookings["centre_id"], bookings["booking_id"], _load(bookings, calls), _crowd(bookings, calls)]
    columns += [pa.array(values, mask=np.isnan(values)) for values in (spread, silence)]
    return pa.table(columns, names=IN_HALL.names).cast(IN_HALL)


def _load(bookings: pa.Table, calls: pa.Table) -> pa.Array:
    both = pa.concat_tables([part.select(["centre_id", "booking_id"]) for part in (bookings, calls)])
    code = group_codes(both, ["centre_id", "booking_id"])
    found = np.full(int(code.max(initial=-1)) + 1, np.nan)
    found[code[bookings.num_rows :]] = pc.cast(calls["waiting"], pa.float64()).to_numpy()
    values = found[code[: bookings.num_rows]]
    return pa.array(values, mask=np.isnan(values))


def _crowd(bookings: pa.Table, calls: pa.Table) -> pa.Array:
    """People who waited in the centre as each booking checked in, over the windows that called in that hour."""
    came = micros(bookings["checked_in_at"], 0)
    called = np.where(given(bookings["called_at"]), micros(bookings["called_at"], 0), came - 1)
    there = given(bookings["checked_in_at"])
    people = np.zeros(there.size)
    line = group_codes(bookings.filter(pa.array(there)), ["centre_id"])
    people[there] = line_lengths(line, came[there], called[there], came[there] - 1)
    hour = clock_hours(bookings["checked_in_at"], bookings["utc_offset_s"])
    nobody = pa.nulls(bookings.num_rows, pa.string())
    asked = pa.table([bookings["centre_id"], hour, nobody], names=["centre_id", "hour", "window_id"])
    windows = windows_open(pa.concat_tables([calls.select(asked.column_names), asked])).to_numpy()[calls.num_rows :]
    unknown = ~given(hour) | (windows == 0)
    return pa.array(people / np.where(unknown, 1, windows), mask=unknown)


def _spread(centre: Ints, calls: pa.Table, size: int) -> Reals:
    """Per centre, how evenly the calls that pass somebody are spread over those clerks who call."""
    counted = given(calls["people_passed"]) & given(calls["clerk_id"])
    centre, calls = centre[counted], calls.filter(pa.array(counted))
    clerk = group_codes(calls, ["clerk_id"], within=centre)
    number = np.bincount(clerk, calls["people_passed"].to_numpy() > 0)
    of_clerk = np.zeros(number.size, np.int64)
    of_clerk[clerk] = centre
    clerks = np.bincount(of_clerk, minlength=size)[:size]
    total = np.bincount(of_clerk, number, size)
    # equal numbers commute, so that their order makes the sum the same whatever clerks are called
    order = np.lexsort((number, of_clerk))
    share = (number / np.maximum(total[of_clerk], 1))[order]
    entropy = -np.bincount(of_clerk[order], share * np.log(np.where(share > 0, share, 1)), size)
    most = np.minimum(clerks, total)
    spread: Reals = np.where(most > 1, entropy / np.log(np.where(most > 1, most, 2)), np.nan)
    return spread


def _silences(of_call: Ints, calls: pa.Table, of_shift: Ints, shifts: pa.Table, size: int) -> Reals:
    """Per centre, minutes of its longest time without a call, a missed one included, while somebody waited."""
    known = given(calls["waiting"])
    came, called = (micros(calls[name], 0)[known] for name in ("checked_in_at", "called_at"))
    waited = came <= called
    missed = given(calls["missed_at"])
    every = given(calls["called_at"])
    times = np.concatenate([micros(calls["called_at"], 0)[every], micros(calls["missed_at"], 0)[missed]])
    opened = stretches(of_shift, micros(shifts["opens_at"], 0), micros(shifts["closes_at"], 0))
    found = longest_silences(
        _by_centre(np.concatenate([of_call[every], of_call[missed]]), size, times),
        _by_centre(of_call[known][waited], size, came[waited], called[waited]),
        _by_centre(opened[0], size, *opened[1:]),
    )
    anybody = np.bincount(of_call[known], minlength=size) > 0
    return np.where(anybody, found / MINUTE, np.nan)


def _by_centre(centre: Ints, size: int, *columns: Ints) -> tuple[Ints, ...]:
    """Where the rows of each centre start, and the columns in that order."""
    places = np.argsort(centre, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(centre, minlength=size))]).astype(np.int64)
    return starts, *(column[places] for column in columns)


def over_weeks(rows: pa.Table) -> pa.Table:
    """For each booking the columns of `OVER_WEEKS`, see the features of these names.

    `rows`: bookings, with `booking_id`, `hand_id` (their clerk) and `days_ago` 0; without: rows of work of the summary
    `hands`, with `served`; quotas of the night, with `released_slots`; rows of the summary `refused`, with `refusals`.
    """
    rows = rows.combine_chunks()
    centre = group_codes(rows, ["centre_id"])
    hand = group_codes(rows, ["hand_id"], within=centre)
    size = int(centre.max(initial=-1)) + 1
    ago = rows["days_ago"].to_numpy()
    asked = given(rows["booking_id"])
    released = _sum(rows, "released_slots", centre, given(rows["released_slots"]), size)
    delivers = given(rows["refusals"])
    refusals = _sum(rows, "refusals", centre, delivers & (ago == 0), size)
    refusals[np.isnan(refusals) & (np.bincount(centre, delivers, size) > 0)] = 0
    work = given(rows["served"])
    clerk = work & given(rows["hand_id"])
    hands = int(hand.max(initial=-1)) + 1
    timed, logs, usual = (_sum(rows, name, hand, clerk, hands) for name in ("timed", "log_seconds", "log_usual"))
    pace = np.exp((logs - usual) / np.where(timed > 0, timed, np.nan) / LOG_PARTS)
    log_days, known_days = _longest_ago(ago, centre, work, size), _longest_ago(ago, hand, clerk, hands)
    known = np.where(log_days[centre] >= LOG_DAYS, known_days[hand], np.nan)
    can_serve = _can_serve(centre[work], ago[work], rows["served"].drop_null().to_numpy(), size)
    values = (released[centre] / can_serve[centre], refusals[centre], known, pace[hand])
    columns = [rows[name].filter(pa.array(asked)) for name in ("centre_id", "booking_id")]
    columns += [pa.array(found[asked], mask=np.isnan(found[asked])) for found in values]
    return pa.table(columns, names=OVER_WEEKS.names).cast(OVER_WEEKS)


def _sum(rows: pa.Table, name: str, group: Ints, there: np.typing.NDArray[np.bool_], size: int) -> Reals:
    """Per group, the sum over its rows that are there; not a number where none is."""
    sums = np.bincount(group[there], pc.fill_null(rows[name], 0).to_numpy()[there], size).astype(np.float64)
    return np.where(np.bincount(group[there], minlength=size) > 0, sums, np.nan)


def _longest_ago(ago: Ints, group: Ints, there: np.typing.NDArray[np.bool_], size: int) -> Reals:
    """Per group, days since its first day; not a number where there is none."""
    first = np.full(size, -1)
    np.maximum.at(first, group[there], ago[there])
    return np.where(first >= 0, first, np.nan)


def _can_serve(centre: Ints, ago: Ints, served: Ints, size: int) -> Reals:
    """Per centre, the people it serves on one of its best days; not a number for too few days."""
    days = int(ago.max(initial=0)) + 1
    total = np.bincount(centre * days + ago, served, size * days)
    with_service = np.flatnonzero(total > 0)
    order = with_service[np.lexsort((total[with_service], with_service // days))]
    number = np.bincount(order // days, minlength=size)
    first = np.cumsum(number) - number
    place = (number - 1) * BEST_DAYS
    below = np.floor(place).astype(np.int64)
    enough = number >= SERVING_DAYS
    sorted_totals = np.append(total[order], [0.0, 0.0])
    low, high = (sorted_totals[np.where(enough, first + at, 0)] for at in (below, np.ceil(place).astype(np.int64)))
    return np.where(enough, low + (high - low) * (place - below), np.nan)
