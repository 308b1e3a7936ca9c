"""The check-up of all centres over a period: made, and stored."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import pyarrow as pa

from data.engine import engine
from data.home import Home
from data.lake import Lake
from data.progress import Progress, Silent
from data.tables import LAKE
from detection.checkup.centre import Checkup, Delivered, checked
from detection.checkup.complaining import received
from detection.checkup.facts.gathering import Facts, gather
from detection.checkup.facts.span import Span
from detection.checkup.judging import judged
from detection.checkup.offquota import beyond
from detection.checkup.telling import told


def check_up(home: Home, first: date, last: date, progress: Progress | None = None) -> list[Checkup]:
    """The check-up of every centre that has bookings in the period, in the order of their names.

    All centres are read even where one is asked for: peers and error control need them.
    """
    bar = progress or Silent()
    with engine(home) as connection:
        facts = gather(home, connection, first, last, bar)
        whole = Span(connection, Lake.of(home), home.settings.timezone, first, last)
        complaints, off = received(whole), beyond(whole)
    delivered = Delivered(complaints=len(complaints) > 0, nights=off is not None)
    centres = sorted(facts.bookings["centre_id"].unique())
    by_centre = {name: _by_centre(getattr(facts, name)) for name in Facts.__dataclass_fields__}
    of_complaints, of_beyond = _by_centre(complaints), _by_centre(off if off is not None else _NONE_BEYOND)
    bar.start("Checking centres", len(centres))
    found = []
    for centre in centres:
        own = {name: parts.get(centre, getattr(facts, name).iloc[:0]) for name, parts in by_centre.items()}
        found.append(
            checked(
                centre,
                (first, last),
                own,
                of_complaints.get(centre, complaints.iloc[:0]),
                of_beyond.get(centre, _NONE_BEYOND),
                delivered,
            )
        )
        bar.advance(1, centre)
    return judged(found, home.settings.false_discovery_rate)


def store(home: Home, found: Sequence[Checkup]) -> pa.Table:
    """Put the check-ups of a period in the place of those that were stored of the same days, and return their rows."""
    rows = table(found)
    if found:
        period = f"from_day = '{found[0].from_day}' AND to_day = '{found[0].to_day}'"
        Lake.of(home).replace("checkups", period, rows)
    return rows


def table(found: Sequence[Checkup]) -> pa.Table:
    """The check-ups as rows of the table `checkups`."""
    return pa.Table.from_pylist([_row(one) for one in found], LAKE["checkups"].schema)


_NONE_BEYOND = pd.DataFrame(
    columns=["centre_id", "service_day", "booking_id", "service_code", "created_by", "clerk_id", "score", "flagged"]
)


def _by_centre(rows: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    return {str(centre): part for centre, part in rows.groupby("centre_id", sort=False)}


def _row(one: Checkup) -> dict[str, object]:
    able, now, days = one.capacity, one.balance, one.days
    released = days["released"].mean() if len(days) else None
    refused = days["refused"].mean() if len(days) else None
    return {
        "centre_id": one.centre_id,
        "from_day": one.from_day,
        "to_day": one.to_day,
        "capacity_per_day": able and able.per_day,
        "capacity_per_day_low": able and able.low,
        "capacity_per_day_high": able and able.high,
        "released_per_day": None if pd.isna(released) else float(released),
        "released_share": now and now.released_share,
        "served_per_day": float(days["served"].mean()) if len(days) else None,
        "idle_minutes_refused": one.idling and one.idling.minutes,
        "refused_per_day": None if pd.isna(refused) else float(refused),
        "complaints": one.complaints and one.complaints.number,
        "complaints_unanswered": one.complaints and one.complaints.unanswered,
        "verdict": one.verdict,
        "findings": json.dumps(told(one), ensure_ascii=False, sort_keys=True),
    }
