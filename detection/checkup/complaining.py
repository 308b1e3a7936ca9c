"""Complaints: what about, answered or not, and whether more was released afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from detection.checkup.facts.span import Span
from detection.checkup.grievances import ABOUT_SUPPLY, KINDS, kinds
from detection.checkup.trending import Change

#: a complaint is repeated where one about the same was received so long before, and nobody had replied by then
REPEATED = timedelta(days=60)
#: more slots within so long after a complaint may be an answer to it
HEARD = timedelta(days=60)
#: complaints about slots and queues from which on it is asked whether they were heard
ENOUGH = 3


@dataclass(frozen=True)
class Complaints:
    """A centre's complaints of the period: `number`, by kind, `unanswered`, `repeated`, the median of the days to a
    reply (null: none was answered), those about slots and queues (`about_supply`), and `heard`: whether more slots were
    released within 60 days after one of these; null: fewer than three, or what was released is not known."""

    number: int
    by_kind: dict[str, int]
    unanswered: int
    repeated: int
    reply_days: float | None
    about_supply: int
    heard: bool | None


def received(span: Span) -> pd.DataFrame:
    """The complaints of the period with their kind (`grievances.py`), in order of time."""
    rows = span.frame(
        f"""SELECT centre_id, day, received_at, replied_at, category, text FROM {span.table("complaints")}
        ORDER BY centre_id, received_at, complaint_id"""
    )
    return rows.assign(kind=kinds(rows) if len(rows) else pd.Series(dtype=object))


def complaints(rows: pd.DataFrame, released: Sequence[Change] | None) -> Complaints:
    """One centre's complaints (`rows`: from `received`); `released`: changes of what it released, null: not known."""
    supply = rows[rows["kind"].isin(ABOUT_SUPPLY)]
    days = (rows["replied_at"] - rows["received_at"]).dropna().dt.total_seconds() / 86400
    return Complaints(
        number=len(rows),
        by_kind={kind: int((rows["kind"] == kind).sum()) for kind in KINDS if (rows["kind"] == kind).any()},
        unanswered=int(rows["replied_at"].isna().sum()),
        repeated=_repeated(rows),
        reply_days=float(days.median()) if len(days) else None,
        about_supply=len(supply),
        heard=_heard(supply, released),
    )


def _repeated(rows: pd.DataFrame) -> int:
    """Complaints before which one of the same kind stood without a reply."""
    if rows.empty:
        return 0
    before = rows.groupby("kind")[["received_at", "replied_at"]].shift()
    recent = rows["received_at"] - before["received_at"] <= REPEATED
    open_still = before["replied_at"].isna() | (before["replied_at"] > rows["received_at"])
    return int((recent & open_still).sum())


def _heard(supply: pd.DataFrame, released: Sequence[Change] | None) -> bool | None:
    if released is None or len(supply) < ENOUGH:
        return None
    raised = [change.day for change in released if change.raised]
    return any(day <= raise_day <= day + HEARD for raise_day in raised for day in supply["day"])
