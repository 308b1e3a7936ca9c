"""A home whose nights were measured and scored, made without measuring: what learning reads, and verdicts on it."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa

from data.home import Home
from data.labels import Label, store_labels
from data.lake import Lake
from tests.detection.cases_support import rows_of

FIRST = date(2026, 3, 2)
#: bookings a night, half at each of two centres
BOOKINGS = 60


def night(number: int) -> date:
    """The night of a number, from 0 on."""
    return FIRST + timedelta(days=number)


def written(home: Home, nights: int, seed: int = 1) -> pd.DataFrame:
    """Write nights in which every tenth booking is manipulated, and say of each booking whether it is.

    The score without a model knows little of it. `people_passed` tells it nearly, `lead_hours` not at all.
    """
    chance = np.random.default_rng(seed)
    number = nights * BOOKINGS
    day = np.repeat([night(n) for n in range(nights)], BOOKINGS)
    centre = np.tile(np.repeat(["north", "south"], BOOKINGS // 2), nights)
    booking = [f"b{place:05d}" for place in range(number)]
    guilty = chance.random(number) < 0.1
    passed = chance.poisson(np.where(guilty, 6.0, 1.0)).astype(float)
    passed[chance.random(number) < 0.05] = np.nan
    score = np.clip(np.where(guilty, 0.15, 0.05) + 0.2 * chance.random(number), 0, 1)
    facts = pd.DataFrame({"service_day": day, "centre_id": centre, "booking_id": booking, "guilty": guilty})
    facts["people_passed"], facts["lead_hours"], facts["label_free"] = passed, chance.normal(size=number), score
    _write(Lake.of(home), facts)
    return facts


def _write(lake: Lake, facts: pd.DataFrame) -> None:
    key = ["service_day", "centre_id", "booking_id"]
    days = sorted(set(facts["service_day"]))
    born = 1946 + 10 * (np.arange(len(facts)) % 6)
    lake.replace_days("features", days, _table(facts[[*key, "people_passed", "lead_hours"]]))
    lake.replace_days("grounds", days, _table(facts[[*key, "label_free"]].assign(Q101_weight=1.0)))
    bookings = facts[key].assign(applicant_birth_year=born).to_dict("records")
    lake.replace_days("bookings", days, rows_of("bookings", bookings))
    ranked = facts.groupby("service_day")["label_free"].rank(ascending=False, method="first").astype(int)
    scores = facts[key].assign(score=facts["label_free"], p_value=0.5, rank=ranked, reasons="[]", flagged=False)
    scores["selection_probability"] = np.where(ranked <= 10, 1.0, 2 / (BOOKINGS - 10))
    scores["audit"] = (ranked > 10) & _every_25th(facts)
    lake.replace_days("scores", days, rows_of("scores", scores.to_dict("records")))


def _table(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


def reviewed(facts: pd.DataFrame, delay: int = 2) -> list[Label]:
    """True verdicts on the ten likeliest of each night and every 25th of the others, known after some days."""
    rank = facts.groupby("service_day")["label_free"].rank(ascending=False, method="first")
    chosen = facts[(rank <= 10) | _every_25th(facts)]
    verdict = {True: "manipulated", False: "lawful"}
    return [
        Label(row.centre_id, row.booking_id, verdict[row.guilty], noon(row.service_day, delay), "li")
        for row in chosen.itertuples()
    ]


def _every_25th(facts: pd.DataFrame) -> np.ndarray:
    return np.arange(len(facts)) % 25 == 0


def noon(day: date, later: int) -> datetime:
    """Noon, some days later."""
    return datetime.combine(day + timedelta(days=later), time(12), UTC)


def learnable(home: Home, nights: int = 35, seed: int = 1) -> pd.DataFrame:
    """Nights and verdicts from which something can be learnt."""
    facts = written(home, nights, seed)
    store_labels(home, reviewed(facts), source="tests")
    return facts
