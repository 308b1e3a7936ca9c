"""What a check-up lists of bookings that were served beyond the quota."""

from datetime import date

import pandas as pd

from detection.checkup.offquota import off_quota

BEYOND = {
    "service_day": date(2026, 3, 2),
    "service_code": "card",
    "created_by": "K1",
    "clerk_id": "K2",
    "flagged": False,
}


def test_a_booking_that_nothing_could_assess_is_listed_without_a_score() -> None:
    rows = pd.DataFrame([BEYOND | {"booking_id": "b1", "score": 0.25}, BEYOND | {"booking_id": "b2", "score": None}])
    assert [row["score"] for row in off_quota(rows).bookings] == [0.25, None]
