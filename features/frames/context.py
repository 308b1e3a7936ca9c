"""The bookings beside what their hall was like."""

import ibis
import ibis.expr.types as ir

from features.night import KEY, Night
from features.queues.calls import described
from features.queues.context import IN_HALL, OVER_WEEKS, in_hall, over_weeks
from features.summaries.hands import HANDS_DAYS, WORK
from features.summaries.refused import REFUSED_DAYS

_WORK = ("served", "timed", "log_seconds", "log_usual")
_WEEKS = {
    **dict.fromkeys(("centre_id", "booking_id", "hand_id"), "string"),
    **dict.fromkeys(("days_ago", "released_slots", "refusals", *_WORK), "int64"),
}


def context(night: Night) -> ir.Table:
    """The bookings with the columns of `IN_HALL` and `OVER_WEEKS`."""
    hall = night.engine.by_centre(_hall(night), in_hall, IN_HALL)
    weeks = night.engine.by_centre(_weeks(night), over_weeks, OVER_WEEKS)
    table = night.bookings.left_join(hall, KEY, rname="hall_{name}")
    return table.left_join(weeks, KEY, rname="weeks_{name}")


def _hall(night: Night) -> ir.Table:
    """The night's bookings, and its shifts."""
    bookings, shifts = described(night), night.table("shifts")
    times = {name: ibis.null(shifts.schema()[name]) for name in ("opens_at", "closes_at")}
    bookings = bookings.mutate(**times)
    kept = {"centre_id": shifts.centre_id, **{name: shifts[name] for name in times}}
    nothing = {name: ibis.null(kind) for name, kind in bookings.schema().items() if name not in kept}
    return ibis.union(bookings, shifts.select(**kept, **nothing).select(bookings.columns))


def _weeks(night: Night) -> ir.Table:
    """The night's bookings, and what weeks say of their centres and clerks."""
    bookings, quotas = night.bookings, night.table("quotas")
    work, refused = night.table("hands", HANDS_DAYS), night.table("refused", REFUSED_DAYS)
    work = work.filter(work.kind == WORK)
    none = ibis.literal(0, "int64")
    parts = [
        _row(bookings, "centre_id", "booking_id", hand_id=bookings.clerk_id, days_ago=none),
        _row(quotas, "centre_id", "released_slots", days_ago=none),
        _row(work, "centre_id", "hand_id", *_WORK, days_ago=_ago(night, work)),
        _row(refused, "centre_id", "refusals", days_ago=_ago(night, refused)),
    ]
    return ibis.union(*parts)


def _ago(night: Night, rows: ir.Table) -> ir.IntegerValue:
    return night.today.delta(rows.service_day, unit="day").cast("int64")


def _row(rows: ir.Table, *names: str, **cells: ir.Value) -> ir.Table:
    """These columns, and null for the others that the kernel knows."""
    cells = {name: rows[name] for name in names} | cells
    return rows.select(**{name: cells.get(name, ibis.null(kind)).cast(kind) for name, kind in _WEEKS.items()})
