"""The bookings beside what chance alone would have let their calls pass, and dealt their clerks and windows."""

import ibis
import ibis.expr.types as ir

from features.chance.expectation import EXPECTED, expected_passed
from features.chance.hands import BESIDE_OTHERS, beside_others
from features.night import KEY, Night
from features.queues.calls import calls, typist
from features.summaries.hands import HANDS_DAYS, WORK
from features.summaries.strata import STRATA_DAYS, STRATUM

_BOOKED = ("booking_id", "clerk_id", "window_id", "created_by", "priority_class")
_TALLIED = ("service_day", "kind", "hand_id", "calls", "observed", "expected", "weight", "chance_from", "chance")


def expected(night: Night) -> ir.Table:
    """The bookings with the columns of `EXPECTED` and `BESIDE_OTHERS`."""
    passed = night.engine.by_centre(_strata(night), expected_passed, EXPECTED)
    dealt = night.engine.by_centre(_hands(night), beside_others, BESIDE_OTHERS)
    table = night.bookings.left_join(passed, KEY, rname="passed_{name}")
    return table.left_join(dealt, KEY, rname="dealt_{name}")


def _strata(night: Night) -> ir.Table:
    """The night's calls, and the calls that they are compared with."""
    kind = (*STRATUM, "weekday", "people_passed")
    made = _with_weekday(calls(night))
    judged = made.filter(made.people_passed.notnull())
    judged = judged.select(*kind, booking_id=judged.booking_id, calls=ibis.literal(0, "int64"))
    past = _with_weekday(night.table("strata", STRATA_DAYS))
    past = past.group_by(*kind).aggregate(calls=past.calls.sum())
    past = past.select(*kind, booking_id=ibis.null("string"), calls=past.calls.cast("int64"))
    return ibis.union(judged, past)


def _with_weekday(rows: ir.Table) -> ir.Table:
    """0 is Monday."""
    return rows.mutate(weekday=rows.service_day.day_of_week.index().cast("int64"))


def _hands(night: Night) -> ir.Table:
    """The night's bookings, and what weeks have dealt to clerks and windows."""
    tallied = night.table("hands", HANDS_DAYS)
    tallied = tallied.filter(tallied.kind != WORK)
    kinds = tallied.schema()
    bookings = night.bookings.mutate(created_by=typist(night.bookings))
    bookings = bookings.select("centre_id", *_BOOKED, **{name: ibis.null(kinds[name]) for name in _TALLIED})
    nothing = {name: ibis.null("string") for name in _BOOKED if name != "priority_class"}
    return ibis.union(bookings, tallied.mutate(**nothing).select(bookings.columns))
