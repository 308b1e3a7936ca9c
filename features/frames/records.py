"""The bookings beside what contradicts them in their centre's records of the day."""

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.schema import INSTANT
from features.arrays import given, group_codes, micros, starts_of
from features.night import KEY, Night
from features.queues.lines import Bools, Ints
from features.queues.opening import minutes_closed
from features.queues.rosters import HAND
from features.queues.turns import in_one_turn

RECORDS = pa.schema(
    [
        pa.field("centre_id", pa.string()),
        pa.field("booking_id", pa.string()),
        pa.field("ticket_no", pa.int64()),
        pa.field("window_id", pa.string()),
        pa.field("served_from", INSTANT),
        pa.field("served_to", INSTANT),
        pa.field("served_without_call", pa.float64()),
        pa.field("served_without_steps", pa.float64()),
        pa.field("second_ticket", pa.int64()),
        pa.field("ticket_gap", pa.int64()),
        pa.field("ticket_repeated", pa.int64()),
        pa.field("outside_opening_minutes", pa.float64()),
        pa.field("outside_hours_minutes", pa.float64()),
        pa.field("served_in_one_turn", pa.int64()),
    ]
)

DAY_S = 86_400
#: of a shift
HOURS = ("opens_at", "closes_at")

#: what a hall's machines write down of a booking
STEPS = ("checked_in_at", "missed_at", "called_at", "served_from", "served_to")


def records(night: Night) -> ir.Table:
    """The bookings' columns of `RECORDS`: their keys, what its features need, and what they say."""
    return night.engine.by_centre(_day(night), contradictions, RECORDS)


def _day(night: Night) -> ir.Table:
    """The day's bookings, and shifts, without `booking_id`: the day's, and those that began the evening before."""
    shifts = night.table("shifts", 2).join(night.clocks, "centre_id")
    begun, ended = ((shifts[name].epoch_seconds() + shifts.utc_offset_s) // DAY_S for name in HOURS)
    shifts = shifts.filter((shifts.day == night.today) | (begun != ended)).select("centre_id", *HOURS)
    made = night.bookings.select(
        *KEY, *STEPS, "ticket_no", *HAND, "status", applicant=night.engine.number(night.bookings.applicant_id)
    )
    kinds = made.schema()
    bookings = made.mutate(**{name: ibis.null(shifts.schema()[name]) for name in HOURS})
    nothing = {name: ibis.null(kinds[name]) for name in kinds if name != "centre_id"}
    return ibis.union(bookings, shifts.mutate(**nothing).select(bookings.columns))


def contradictions(rows: pa.Table) -> pa.Table:
    """The columns of `RECORDS` of one day's bookings, as `_day` gives them."""
    rows = rows.combine_chunks()
    booked, everyone = given(rows["booking_id"]), group_codes(rows, ["centre_id"])
    bookings, shifts = (rows.filter(pa.array(kind)) for kind in (booked, ~booked))
    centre = everyone[booked]
    columns = [
        *(bookings[name] for name in (*KEY, "ticket_no", "window_id", "served_from", "served_to")),
        *_left_out(bookings, centre),
        _ordinal(bookings),
        *_numbering(bookings, centre),
        *_outside(bookings, centre, (everyone[~booked], *_hours(shifts))),
        in_one_turn(bookings),
    ]
    return pa.table(columns, schema=RECORDS)


def _left_out(bookings: pa.Table, centre: Ints) -> tuple[pa.Array, pa.Array]:
    """Whether a served booking has no call, and none of the `STEPS`; null where its centre records none that day."""
    served = pc.equal(bookings["status"], "served").to_numpy()
    called = given(bookings["called_at"])
    stepped = np.logical_or.reduce([given(bookings[name]) for name in STEPS])

    def without(step: Bools) -> pa.Array:
        delivered = np.bincount(centre, step)[centre] > 0
        return pa.array((~step).astype(np.float64), mask=~(served & delivered))

    return without(called), without(stepped)


def _ordinal(bookings: pa.Table) -> pa.Array:
    """1 for an applicant's lowest ticket number at the centre, 2 for the next; null without number or applicant."""
    known = given(bookings["ticket_no"]) & given(bookings["applicant"])
    rows = np.flatnonzero(known)
    held = bookings.filter(pa.array(known))
    person, ticket = group_codes(held, ["centre_id", "applicant"]), held["ticket_no"].to_numpy()
    order = np.lexsort((ticket, person))
    begins = starts_of(person[order])
    distinct = np.cumsum(begins | starts_of(ticket[order]))
    ordinal = np.zeros(known.size, np.int64)
    ordinal[rows[order]] = distinct - _carried(distinct, begins) + 1
    return pa.array(ordinal, mask=~known)


def _numbering(bookings: pa.Table, centre: Ints) -> tuple[pa.Array, pa.Array]:
    """How many numbers of the centre are missing just before the ticket, and how many others have the same one.

    Nobody knows with which number the machine began: before a centre's lowest number nothing is known to be missing.
    """
    known = given(bookings["ticket_no"])
    rows = np.flatnonzero(known)
    ticket, line = bookings["ticket_no"].filter(pa.array(known)).to_numpy(), centre[rows]
    order = np.lexsort((ticket, line))
    number, begins = ticket[order], starts_of(line[order])
    changes = begins | starts_of(number)
    before = np.append(number[:1], number[:-1])
    gap = _carried(number - before - 1, changes)
    size = np.diff(np.append(np.flatnonzero(changes), number.size))
    missing, others, first = np.zeros(known.size, np.int64), np.zeros(known.size, np.int64), ~known
    missing[rows[order]], others[rows[order]] = gap, np.repeat(size - 1, size)
    first[rows[order]] = _carried(begins, changes)
    return pa.array(missing, mask=first), pa.array(others, mask=~known)


def _carried(values: npt.NDArray[np.generic], begins: Bools) -> npt.NDArray[np.generic]:
    """In each run the value of its first row."""
    place = np.maximum.accumulate(np.where(begins, np.arange(begins.size), 0))
    return values[place]


def _hours(shifts: pa.Table) -> tuple[Ints, Ints]:
    return micros(shifts["opens_at"], 0), micros(shifts["closes_at"], 0)


def _outside(bookings: pa.Table, centre: Ints, shifts: tuple[Ints, Ints, Ints]) -> tuple[pa.Array, pa.Array]:
    """Minutes from the centre's hours to a service that began outside them; 0 inside; null without shifts.

    Then the same of those who also checked in outside them, 0 of who came inside; null without check-in, too.
    """
    began, came = pc.coalesce(bookings["served_from"], bookings["called_at"]), bookings["checked_in_at"]
    served, arrived = (minutes_closed(centre, micros(column, 0), shifts) for column in (began, came))
    known = given(began) & ~np.isnan(served)
    alone = np.where(arrived > 0, served, 0.0)
    return pa.array(served, mask=~known), pa.array(alone, mask=~(known & given(came)))
