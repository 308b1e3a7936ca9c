"""The bodies of the DAG's tasks: the home and the day from their surroundings, the work from `inturn.night`."""

import logging
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from warnings import catch_warnings, simplefilter
from zoneinfo import ZoneInfo

from data.errors import HomeError, UserError
from data.home import Home

with catch_warnings():
    # skops, on import, looks for each of some hundred names in every loaded module, and each of Airflow's old
    # modules answers with a deprecation warning: 2,400 lines in every task's log
    simplefilter("ignore", FutureWarning)
    from detection.outcomes import warnings
    from inturn import checkups, learning, night

Counts = dict[str, object]

log = logging.getLogger(__name__)


def sources() -> list[str]:
    """Names of the sources that the home's settings list."""
    return night.source_names(_home())


def ingest(source: str) -> Counts:
    """Take in one source."""
    return night.ingest_night(_home(), source)


def summaries(day: str) -> Counts:
    """The summaries of the days up to the day."""
    return night.summaries_night(_home(), _day(day))


def order(day: str) -> Counts:
    """The overtake ledger of the day."""
    return night.order_night(_home(), _day(day))


def rings(day: str) -> Counts:
    """The rings of the days up to the day."""
    return night.rings_night(_home(), _day(day))


def features(day: str) -> Counts:
    """The features of the day's bookings."""
    return night.features_night(_home(), _day(day))


def flags(day: str) -> Counts:
    """The red flags of the day's bookings; those that fire too often say so in the task's log."""
    found = night.flags_night(_home(), _day(day))
    for warning in warnings(found):
        log.warning(warning)
    return {**found}


def score(day: str, run_id: str) -> Counts:
    """The scores of the day's bookings."""
    return night.score_night(_home(), _day(day), run_id)


def cases(day: str) -> Counts:
    """The cases that the day's flagged bookings go to, and the random audit."""
    return night.cases_night(_home(), _day(day))


def publish(day: str, run_id: str, began: str) -> Counts:
    """Record the run that produced the day; `began`: ISO 8601."""
    return night.publish_night(_home(), _day(day), run_id, datetime.fromisoformat(began))


def ends(day: str, period: checkups.Period) -> bool:
    """Whether the day is the last of its week or month."""
    return checkups.days_of(period, _day(day))[1] == _day(day)


def checkup(day: str, period: checkups.Period) -> Counts:
    """The check-up of the day's week or month."""
    return checkups.checkup_period(_home(), period, _day(day))


def console(day: str) -> Counts:
    """The inspectors' console takes the day in, and its verdicts come to the lake."""
    return night.console_night(_home(), _day(day))


def drift(day: str) -> Counts:
    """How the day differs from what the model in service was trained on."""
    return night.drift_night(_home(), _day(day))


def labels(as_of: str) -> Counts:
    """The verdicts known at the end of a day; `as_of`: that day, or an instant of the day after."""
    return learning.labels(_home(), _known(as_of))


def learn(as_of: str, step: str) -> Counts:
    """One further step of a training (`detection/learning/training.py`)."""
    return learning.learn(_home(), _known(as_of), step)


def _known(text: str) -> date:
    """The day at the end of which verdicts must have been known: as it is said, or the one before an instant."""
    if "T" not in text:
        return _day(text)
    return datetime.fromisoformat(text).astimezone(ZoneInfo(_home().settings.timezone)).date() - timedelta(days=1)


def _home() -> Home:
    """The home that `INTURN_HOME` names; unset is an error, since a worker has no folder of its own."""
    root = os.environ.get("INTURN_HOME")
    if not root:
        raise HomeError(
            "INTURN_HOME is not set",
            next_step="Set it for the scheduler and every worker, then clear this task.",
        )
    return Home.open(Path(root))


def _day(text: str) -> date:
    """The service day of a run: its partition key, or the parameter `day` of a run started by hand."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserError(
            f"this run has no service day (got {text!r})",
            next_step='Start it with a day: {"day": "YYYY-MM-DD"}.',
        ) from error
