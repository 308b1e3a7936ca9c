"""Brings the console's verdicts into the lake's table `labels`, from which models learn."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from data.engine import engine
from data.home import Home
from data.ingest import new_run_id
from data.lake import Lake
from data.tables import LAKE
from data.upsert import Stored, Upsert
from review.models import Covered

#: where these rows say they come from
SOURCE, FILE = "console", "decisions"
#: reason of the "unclear" that takes the place of a verdict that counted and was taken back
TAKEN_BACK = "taken_back"


def deliver(home: Home) -> Stored:
    """Put every verdict that counts into `labels`, by booking and the time at which it was known.

    A verdict that counted and was taken back stays, as what was known then, and is followed by an "unclear" of the time
    at which it was taken back, in the same person's name whoever took it back: of a person the latest verdict counts.
    Nothing is delivered that waits for a second person. `decided_by` is who decided, by a public name that says nothing
    of them; the text that they wrote stays in the console.
    """
    rows = pa.Table.from_pylist(list(_rows(home)), _schema())
    if not rows.num_rows:
        return Stored(new=0, changed=0, repeated=0)
    with home.writing("the delivery of verdicts"), engine(home) as connection:
        connection.register("verdicts", rows)
        upsert = Upsert(
            connection, Lake.of(home), LAKE["labels"], "verdicts", [], new_run_id(), source=SOURCE, files=[]
        )
        return upsert.store()


def _rows(home: Home) -> Iterator[dict[str, Any]]:
    zone = ZoneInfo(home.settings.timezone)
    found = Covered.objects.select_related("decision__by", "booking").order_by("pk")
    number = 0
    for covered in found.iterator(chunk_size=2_000):
        decision, booking = covered.decision, covered.booking
        if decision.final_at is None:
            continue
        label = {
            "centre_id": booking.centre_id,
            "booking_id": booking.booking_id,
            "selection_probability": booking.selection_probability,
            "source": SOURCE,
            "file": FILE,
            "sequence": 0,
        }
        said = [(decision.verdict, decision.reason, decision.final_at)]
        if decision.undone_at:
            said.append(("unclear", TAKEN_BACK, decision.undone_at))
        for verdict, reason, at in said:
            number += 1
            known = {"verdict": verdict, "reason": reason, "decided_at": at, "decided_by": decision.by.public_id}
            yield label | known | {"day": _day(at, zone), "row_number": number}


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _schema() -> pa.Schema:
    return LAKE["labels"].schema.append(pa.field("sequence", pa.int64()))
