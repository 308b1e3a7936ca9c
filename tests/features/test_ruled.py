"""How far classes and appointments go first in the ledger, by what was learnt, and what features say of it."""

import pyarrow as pa

from data.lake import Lake
from data.tables import LAKE
from features.order import APPOINTMENT
from features.steps import features_day, order_day, rings_day
from features.summary import summaries_day
from tests.features.hall_support import DAY, booking, column_of, home_of


def learnt(**credits: int | None) -> pa.Table:
    """Rows of `disciplines`, credits by class; `appointment` is who of none has a slot."""
    rows = [
        {"service_day": DAY, "centre_id": "north", "service_code": "card", "rule": "entitlement"}
        | {"priority_class": APPOINTMENT if name == "appointment" else name, "credit_s": credit}
        for name, credit in credits.items()
    ]
    return pa.Table.from_pylist(rows, LAKE["disciplines"].schema)


def test_an_appointment_s_credit_explains_as_far_as_it_reaches_and_is_no_class(tmp_path):
    """Everybody passes `walk-in`, who came at nine; who has a slot was entitled 5 minutes later, `late` 6.

    Whoever is called after them passes `late`, too, and `early` is called before its slot.
    """
    slot = {"checked_in_at": "08:50", "slot_start": "09:05"}
    rows = [
        booking("walk-in", checked_in_at="09:00", called_at="09:30"),
        booking("slot", called_at="09:10", **slot),
        booking("late", called_at="09:11", checked_in_at="08:50", slot_start="09:06"),
        booking("early", called_at="09:08", checked_in_at="09:01", slot_start="09:09"),
        booking("elder with a slot", called_at="09:12", priority_class="elderly", **slot),
        booking("elder without", called_at="09:13", priority_class="elderly", checked_in_at="09:05"),
        booking("veteran with a slot", called_at="09:14", priority_class="veteran", **slot),
        booking("of a class so called", called_at="09:15", priority_class=APPOINTMENT, checked_in_at="09:05"),
    ]
    home = home_of(tmp_path, rows)
    summaries_day(home, DAY)

    def unexplained(**credits: int | None) -> set[str]:
        Lake.of(home).replace_day("disciplines", DAY, learnt(**credits))
        order_day(home, DAY)
        return {name for name, passed in column_of(home, "order", "people_passed").items() if passed}

    assert unexplained(elderly=60) == {"early", "slot", "late", "elder with a slot", "elder without"}
    assert unexplained(elderly=60, appointment=300) == {"early", "late", "elder without"}
    assert unexplained(elderly=60, appointment=None) == {"early", "late", "elder without"}, "who has no slot, no more"
    assert unexplained(appointment=0) == {"early", "slot", "late"}, "where nothing is learnt of it a class has no end"
    assert unexplained(appointment=None) == {"early", "late"}, "among appointments it says nothing"


def test_what_passes_by_its_appointment_is_of_no_class(tmp_path):
    slot = {"checked_in_at": "14:50", "called_at": "15:10"}
    rows = [
        booking("walk-in", checked_in_at="15:00", called_at="15:30"),
        booking("slot", slot_start="15:05", **slot),
        booking("late", slot_start="15:06", **slot),
    ]
    home = home_of(tmp_path, rows)
    summaries_day(home, DAY)
    Lake.of(home).replace_day("disciplines", DAY, learnt(appointment=300))
    for step in (order_day, rings_day, features_day):
        step(home, DAY)
    assert column_of(home, "features", "people_passed") == {"walk-in": 0, "slot": 0, "late": 1}
    assert column_of(home, "features", "people_passed_explained")["slot"] == 1
    assert column_of(home, "features", "people_passed_priority")["slot"] == 0
    assert column_of(home, "features", "people_passed_beyond_credit")["late"] == 0
