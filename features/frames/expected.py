"""The bookings beside what chance alone would have let their calls pass."""

import ibis
import ibis.expr.types as ir

from features.calls import calls
from features.expectation import EXPECTED, expected_passed
from features.night import KEY, Night
from features.summaries.strata import PASSED_CAP, STRATA_DAYS, STRATUM


def expected(night: Night) -> ir.Table:
    """The bookings with the people their calls passed, and of these the expected number and the p-value."""
    made = calls(night)
    judged = made.filter(made.people_passed.notnull())
    judged = judged.mutate(people_passed=ibis.least(judged.people_passed, PASSED_CAP))
    judged = judged.select(*STRATUM, "people_passed", booking_id=judged.booking_id, calls=ibis.literal(0, "int64"))
    past = (
        night.table("strata", STRATA_DAYS).group_by(*STRATUM, "people_passed").aggregate(calls=lambda t: t.calls.sum())
    )
    past = past.select(*STRATUM, "people_passed", booking_id=ibis.null("string"), calls=past.calls.cast("int64"))
    found = night.engine.by_centre(ibis.union(judged, past), expected_passed, EXPECTED)
    counts = night.table("order").select(*KEY, "people_passed")
    return night.bookings.left_join(counts, KEY, rname="order_{name}").left_join(found, KEY, rname="expected_{name}")
