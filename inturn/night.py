"""The night, step by step: what `inturn run` does in a row and what the scheduler does as tasks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from data.errors import UserError
from data.home import Home
from data.ingest import ingest, new_run_id
from data.progress import Progress, Silent
from detection.cases.day import cases_day
from detection.judging import flags_day
from detection.learning.drift import drift_day
from detection.outcomes import Outcomes
from detection.publishing import publish_day
from detection.scoring import score_day
from features.steps import FEATURE_STEPS, features_day, order_day, rings_day
from features.summary import summaries_day
from inturn.measuring import measured
from review.handover import hand_over

#: steps of a night that a progress bar shows: those of the features, flags, scores, and what follows them
STEPS = len(FEATURE_STEPS) + 3


@dataclass(frozen=True)
class Night:
    """A night that was run.

    `outcomes`: per flag, what became of it on the night's bookings; `drifted`: in what the night differs from the
    training of the model in service.
    """

    day: date
    bookings: int
    flagged: int
    outcomes: Outcomes
    drifted: list[str]


def source_names(home: Home) -> list[str]:
    """The sources that the night ingests."""
    return [source.name for source in home.settings.sources]


def ingest_night(home: Home, source: str) -> dict[str, Any]:
    """Take in what a configured source has delivered since; files seen before are not read again."""
    found = next((known for known in home.settings.sources if known.name == source), None)
    if found is None:
        raise UserError(
            f"no source {source!r}", where=str(home.path("inturn.toml")), next_step="Name it there under [[sources]]."
        )
    return ingest(home, found.location, mapping=found.mapping, name=found.name).counts()


def summaries_night(home: Home, day: date) -> dict[str, Any]:
    """The summaries of the days up to the night."""
    with home.writing(f"the summaries of {day}"):
        return summaries_day(home, day)


def order_night(home: Home, day: date) -> dict[str, Any]:
    """The overtake ledger."""
    with home.writing(f"the order of {day}"):
        return order_day(home, day)


def rings_night(home: Home, day: date) -> dict[str, Any]:
    """The rings."""
    with home.writing(f"the rings of {day}"):
        return rings_day(home, day)


def features_night(home: Home, day: date) -> dict[str, Any]:
    """The features."""
    with home.writing(f"the features of {day}"):
        return features_day(home, day)


def flags_night(home: Home, day: date) -> Outcomes:
    """The red flags."""
    with home.writing(f"the flags of {day}"):
        return flags_day(home, day)


def score_night(home: Home, day: date, run_id: str) -> dict[str, Any]:
    """The scores."""
    with home.writing(f"the scores of {day}"):
        return score_day(home, day, run_id)


def cases_night(home: Home, day: date) -> dict[str, Any]:
    """The cases and the random audit."""
    with home.writing(f"the cases of {day}"):
        return cases_day(home, day)


def drift_night(home: Home, day: date) -> dict[str, Any]:
    """How the night differs from what the model in service was trained on."""
    with home.writing(f"the drift of {day}"):
        return drift_day(home, day)


def publish_night(home: Home, day: date, run_id: str, started_at: datetime) -> dict[str, Any]:
    """The record of the run."""
    with home.writing(f"the record of {day}"):
        return publish_day(home, day, run_id, started_at)


def console_night(home: Home, day: date) -> dict[str, Any]:
    """The console takes the night in, and its verdicts come to the lake; nothing where there is no console."""
    return hand_over(home, [day])


def run_nights(home: Home, first: date, last: date, progress: Progress | None = None) -> Iterator[Night]:
    """Run the nights of these days in order, without ingest; after the last the console takes them in."""
    progress = progress or Silent()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    progress.start("Nights", len(days) * STEPS)
    with home.writing(f"the nights of {first} to {last}" if last > first else f"the night of {first}"):
        begun = datetime.now(UTC)
        for day in measured(home, days, progress):
            yield _judged(home, day, begun, progress)
            begun = datetime.now(UTC)
    hand_over(home, days)


def _judged(home: Home, day: date, begun: datetime, progress: Progress) -> Night:
    """The steps of a night that is measured; `begun`: when its run began."""
    run_id = new_run_id()
    outcomes = flags_day(home, day)
    progress.advance(1, str(day))
    scored = score_day(home, day, run_id)
    progress.advance(1, str(day))
    cases_day(home, day)
    publish_day(home, day, run_id, begun)
    drifted = drift_day(home, day)["drifted"]
    progress.advance(1, f"{day}: {scored['flagged']} of {scored['bookings']:,} flagged")
    return Night(day, scored["bookings"], scored["flagged"], outcomes, drifted)
