"""The calls of a day, each with what the hall was like as it was made."""

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.contract import TABLES
from features.arrays import clock_hours, given, group_codes, micros
from features.night import Night
from features.order import by_discipline, counted
from features.queues.lines import Ints, bucket, compiled
from features.queues.rosters import ROSTERED_BY, rostered
from features.queues.ruled import RULED_BY, ruled

SERVED = "served"

#: columns of `bookings` that a call is described from
OF_BOOKINGS = (
    *("service_day", "centre_id", "booking_id", "service_code", "slot_start", "ticket_no", "checked_in_at"),
    *("missed_at", "called_at", "served_from", "served_to", "window_id", "clerk_id", "created_by", "priority_class"),
    "status",
)
#: columns of a call: those, its `roster` (`features/queues/rosters.py`), and what `of_calls` adds
CALLS = pa.schema(
    [
        *(TABLES["bookings"].arrow.field(name).with_nullable(True) for name in OF_BOOKINGS),
        pa.field("roster", pa.int64()),
        pa.field("people_passed", pa.int64()),
        pa.field("ordinary", pa.bool_()),
        pa.field("hour", pa.int64()),
        pa.field("waiting", pa.int64()),
        pa.field("load_bin", pa.int64()),
        pa.field("windows_bin", pa.int64()),
    ]
)
READS = {"bookings": 1, **RULED_BY, **ROSTERED_BY}


def calls(night: Night) -> ir.Table:
    """The calls of a night's bookings, see `of_calls`; the tables in `READS` are read."""
    return night.once("calls", lambda: night.engine.by_centre(described(night), of_calls, CALLS))


def described(night: Night) -> ir.Table:
    """The night's bookings as `of_calls` takes them; `created_by` of those alone that an employee typed in."""
    made = rostered(night)
    made = made.mutate(created_by=typist(made))
    return ruled(night, made.select(*OF_BOOKINGS, "roster", "utc_offset_s"))


def typist(bookings: ir.Table) -> ir.Value:
    """The employee who typed each booking in; null where none did, whatever the log says made it."""
    return (bookings.channel == "staff").ifelse(bookings.created_by, None)


def of_calls(bookings: pa.Table) -> pa.Table:
    """The bookings of one day that were called or served, with columns of their calls.

    `people_passed`: unexplained, as in the ledger under its queue's discipline; null where the ledger does not assess
    it. `waiting`: people waiting in the queue as this one is called, itself left out; null there too, and without a
    check-in. `ordinary`: no recorded class or missed call lets it pass. `hour`: of the call, 0 to 23 on the centre's
    clock; null where its time or that clock is unknown. `load_bin`: bits of `waiting`: 0, 1, 2–3, 4–7 …;
    `windows_bin`: the same of the windows of the centre that call in that hour.
    """
    parts = [_passing(same, counted(same, discipline=discipline)) for discipline, same in by_discipline(bookings)]
    rows = pa.concat_tables(parts) if parts else _passing(bookings, counted(bookings))
    rows = rows.filter(pc.or_kleene(pc.is_valid(rows["called_at"]), pc.equal(rows["status"], SERVED))).combine_chunks()
    missed = pc.fill_null(pc.less_equal(rows["missed_at"], rows["called_at"]), False)
    waiting = _waiting(rows)
    rows = rows.append_column("ordinary", pc.and_not(pc.is_null(rows["priority_class"]), missed))
    rows = rows.append_column("hour", clock_hours(rows["called_at"], rows["utc_offset_s"]))
    rows = rows.append_column("waiting", waiting)
    rows = rows.append_column("load_bin", _bits(waiting))
    rows = rows.append_column("windows_bin", _bits(windows_open(rows)))
    return rows.select(CALLS.names).cast(CALLS)


def _passing(bookings: pa.Table, counts: pa.Table) -> pa.Table:
    return bookings.append_column("people_passed", counts["people_passed"])


def _bits(numbers: pa.Array) -> pa.Array:
    """Bits of each number, 0 for 0: bins that double in width."""
    missing = pc.is_null(numbers).to_numpy(zero_copy_only=False)
    bits = np.frexp(pc.fill_null(numbers, 0).to_numpy().astype(np.float64))[1]
    return pa.array(bits.astype(np.int64), mask=missing)


def windows_open(rows: pa.Table) -> pa.Array:
    """Windows of the centre that call in the hour of each call."""
    hour = group_codes(rows, ["centre_id", "hour"])
    pair = group_codes(rows, ["window_id"], within=hour)
    first = np.unique(pair, return_index=True)[1]
    known = first[given(rows["window_id"])[first]]
    return pa.array(np.bincount(hour[known], minlength=hour.max(initial=0) + 1)[hour])


def _waiting(rows: pa.Table) -> pa.Array:
    """People of the queue who had checked in as each was called and were called later; null where not assessed.

    A ledger by ticket numbers needs no check-in, but then nobody knows who waited.
    """
    assessed = given(rows["people_passed"]) & given(rows["checked_in_at"])
    known = rows.filter(pa.array(assessed))
    came, called = (micros(known[name], 0) for name in ("checked_in_at", "called_at"))
    everyone = np.zeros(rows.num_rows, np.int64)
    everyone[assessed] = line_lengths(group_codes(known, ["centre_id", "service_code"]), came, called, called)
    return pa.array(everyone, mask=~assessed)


def line_lengths(line: Ints, came: Ints, called: Ints, now: Ints) -> Ints:
    """For each row, how many of its line had come by `now` and were called after it.

    Whom clocks have called before it came never waited.
    """
    starts = np.concatenate([[0], np.cumsum(np.bincount(line))]).astype(np.int64)
    return _line_lengths(starts, bucket(line, starts), came, called, now)


@compiled
def _line_lengths(starts: Ints, row: Ints, came: Ints, called: Ints, now: Ints) -> Ints:
    found = np.zeros(now.size, np.int64)
    for line in range(starts.size - 1):
        rows = row[starts[line] : starts[line + 1]]
        waited = rows[came[rows] <= called[rows]]
        arrivals, calls = np.sort(came[waited]), np.sort(called[waited])
        at = now[rows]
        found[rows] = np.searchsorted(arrivals, at, side="right") - np.searchsorted(calls, at, side="right")
    return found
