"""What learning from verdicts is worth: a simulated inspector over worlds with known truth.

    python -m benchmarks.learning --worlds camouflaged:701:5:45 small:701:2:20:12

A world's nights are run once without verdicts. Then an inspector looks, on each of the first nights (30), at the
`BUDGET` - `AUDIT` first of the night's list and at `AUDIT` drawn at random as the product draws. Each verdict is known
1 to 10 days later, one in twenty is wrong. What was known at the end of those nights is learnt from by the product's
own training, and the following nights, which alone are judged, are scored again: first with the verdicts as evidence,
as each came to be known, then with the model too, where it was put in service. One JSON line a world.
"""

import argparse
import json
import shutil
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from benchmarks.making import make
from data.engine import engine
from data.home import Home
from data.ingest import ingest
from data.labels import Label, store_labels
from data.lake import Lake
from data.truth import read_truth
from data.version import code_version
from detection.cases.audit import drawn, inclusion, strata_of
from detection.errors import flagged
from detection.learning.estimates import Estimate, recall
from detection.learning.intervals import Judged, average_precision, calibration, precision
from detection.learning.registry import in_service, load
from detection.learning.rows import Reals, Rows, input_names, night_rows
from detection.learning.serving import scored
from detection.scoring import score_day
from inturn.learning import STEPS, labels, learn
from inturn.night import run_nights

#: bookings looked at in a night, and those of them that are drawn at random
BUDGET, AUDIT = 20, 2
#: days until a verdict is known, and the share of verdicts that are wrong
DELAY_DAYS, WRONG = (1, 10), 0.05
KEY = ["centre_id", "booking_id"]
#: inspectors simulated for the intervals
REPEATS = 200


@dataclass(frozen=True)
class World:
    """A preset with its seed; `centres` and `days` 0: the preset's own. After `looked` nights the others are judged."""

    preset: str
    seed: int
    centres: int = 0
    days: int = 0
    looked: int = 30

    @classmethod
    def parse(cls, text: str) -> "World":
        """From PRESET:SEED[:CENTRES[:DAYS[:LOOKED]]]."""
        preset, *numbers = text.split(":")
        return cls(preset, *map(int, numbers))


@dataclass(frozen=True)
class Scored:
    """A world whose nights were run: the assessed bookings, which of them are manipulated, and its nights.

    An inspector looks at the nights of the `past`; the `later` ones are judged.
    """

    home: Home
    rows: Rows
    truth: np.ndarray
    past: list[date]
    later: list[date]

    def of(self, night: date) -> np.ndarray:
        """Places of a night's bookings."""
        return np.flatnonzero(self.rows.day == np.datetime64(night))


def prepared(world: World, place: Path) -> Scored:
    """Make, take in and run a world, once; what is there already is used."""
    if not (place / "done").exists():
        shutil.rmtree(place, ignore_errors=True)
        first, last = make(world.preset, place / "world", world.seed, world.centres or None, world.days or None)
        home = Home.create(place / "home")
        ingest(home, str(place / "world"))
        for _ in run_nights(home, first, last):
            pass
        (place / "done").touch()
    home = Home.open(place / "home")
    lake = Lake.of(home)
    nights = sorted(lake.days("grounds"))
    with engine(home) as connection:
        parts = [night_rows(connection, lake, input_names(lake), night) for night in nights]
    truth = read_truth(place / "world" / "truth.parquet").to_pandas()
    rows = _joined(parts)
    found = rows.about.merge(truth[truth["booking_id"].notna()], "left", KEY)
    carried_out, planted = found["carried_out"].fillna(False).astype(bool), found["scheme"].notna()
    kept = np.flatnonzero(~planted | carried_out)  # as the judge does: what was not carried out is neither
    return Scored(home, rows.take(kept), carried_out.to_numpy()[kept], nights[: world.looked], nights[world.looked :])


def _joined(parts: list[Rows]) -> Rows:
    return Rows(
        pd.concat([part.about for part in parts], ignore_index=True),
        parts[0].names,
        np.concatenate([part.inputs for part in parts]),
        np.concatenate([part.label_free for part in parts]),
        np.concatenate([part.stands_for for part in parts]),
    )


def reviews(world: Scored, chance: np.random.Generator) -> tuple[np.ndarray, Reals, np.ndarray]:
    """Places of the bookings that an inspector looks at, with which probability each came up, and what is found."""
    places, chances = [], []
    for night in world.past:
        here = world.of(night)
        order = here[np.argsort(-world.rows.label_free[here], kind="stable")]
        first, left = order[: BUDGET - AUDIT], order[BUDGET - AUDIT :]
        strata = strata_of(left.size)
        each = inclusion(strata, AUDIT)
        chosen = drawn(each, np.lexsort((chance.random(left.size), strata)), chance.random())
        places.append(np.concatenate([first, left[chosen]]))
        chances.append(np.concatenate([np.ones(first.size), each[chosen]]))
    place = np.concatenate(places)
    wrong = chance.random(place.size) < WRONG
    return place, np.concatenate(chances), world.truth[place] ^ wrong


def learnt(world: Scored, seed: int) -> dict[str, Any]:
    """One inspector's verdicts learnt from; figures on the nights that followed."""
    chance = np.random.default_rng(seed)
    place, probability, verdict = reviews(world, chance)
    delay = chance.integers(DELAY_DAYS[0], DELAY_DAYS[1] + 1, place.size)
    about = world.rows.about.iloc[place]
    said = [
        Label(
            row.centre_id,
            row.booking_id,
            "manipulated" if guilty else "lawful",
            _noon(row.service_day, days),
            "simulated",
            None,
            came_up,
        )
        for row, guilty, days, came_up in zip(
            about.itertuples(), verdict, delay.tolist(), probability.tolist(), strict=True
        )
    ]
    began = time.monotonic()
    store_labels(world.home, said, source=f"inspector {seed}")
    as_of = world.past[-1]
    known = labels(world.home, as_of)
    done = {} if known["missing"] else {step: learn(world.home, as_of, step) for step in STEPS}
    seconds = time.monotonic() - began
    inside = np.concatenate([world.of(night) for night in world.later])
    rows = again(world, inside)
    score = rows.label_free
    result = done.get("promote", {"promoted": False, "reason": f"too few verdicts: {known['missing']}"})
    if result["promoted"]:
        version = in_service(world.home, date.fromisoformat(result["first_day"]))
        score = scored(load(world.home, str(version)), rows)
    return {
        "verdicts": known["manipulated"] + known["lawful"],
        "manipulated_verdicts": known["manipulated"],
        "promoted": result["promoted"],
        "reason": result["reason"],
        "seconds": seconds,
        "label_free": _figures(world, inside, world.rows.label_free[inside]),
        "told": _figures(world, inside, rows.label_free),
        "learnt": _figures(world, inside, score),
    }


def again(world: Scored, inside: np.ndarray) -> Rows:
    """The bookings at these places of the later nights once more, scored with the verdicts that were known by then."""
    for night in world.later:
        score_day(world.home, night, "again")
    lake = Lake.of(world.home)
    with engine(world.home) as connection:
        rows = _joined([night_rows(connection, lake, input_names(lake), night) for night in world.later])
    there, asked = (pd.MultiIndex.from_frame(about[KEY]) for about in (rows.about, world.rows.about.iloc[inside]))
    return rows.take(there.get_indexer(asked))


def _noon(day: object, days: int) -> datetime:
    return datetime.combine(pd.Timestamp(str(day)).date() + timedelta(days=days), clock(12), UTC)


def _figures(world: Scored, inside: np.ndarray, score: Reals) -> dict[str, Any]:
    guilty, day = world.truth[inside], world.rows.day[inside]
    hit = np.zeros(inside.size, np.bool_)
    first = np.zeros(inside.size, np.bool_)
    for night in np.unique(day):
        here = np.flatnonzero(day == night)
        hit[here] = flagged(score[here], world.home.settings.false_discovery_rate)
        first[here[np.argsort(-score[here], kind="stable")[:BUDGET]]] = True
    return {
        "bookings": int(inside.size),
        "manipulated": int(guilty.sum()),
        "average_precision": float(average_precision_score(guilty, score)) if guilty.any() else None,
        "found_in_budget": int((first & guilty).sum()),
        "flagged": int(hit.sum()),
        "flagged_rightly": int((hit & guilty).sum()),
    }


def coverage(world: Scored, seed: int) -> dict[str, dict[str, Any]]:
    """How often the interval of each figure holds what is true of the past nights, over `REPEATS` inspectors.

    `precision_at_budget` is of the first that are looked at. Null: there is no true one.
    """
    chance = np.random.default_rng(seed)
    inside = np.concatenate([world.of(night) for night in world.past])
    guilty, said = world.truth[inside].astype(float), world.rows.label_free[inside]
    found: dict[str, list[Estimate | None]] = {}
    for _ in range(REPEATS):
        place, came_up, verdict = reviews(world, chance)
        first = came_up == 1
        seen = Judged(verdict.astype(float), 1 / came_up, world.rows.label_free[place], world.rows.day[place])
        for name, estimate in (
            ("recall", recall(seen.manipulated, seen.count, first)),
            ("average_precision", average_precision(seen)),
            ("precision_at_budget", precision(seen.of(first))),
            ("calibration", calibration(seen)),
        ):
            found.setdefault(name, []).append(estimate)
    top = world.truth[place[first]]  # those that everybody looks at
    true = {
        "recall": float(top.sum() / guilty.sum()) if guilty.any() else None,
        "average_precision": float(average_precision_score(guilty, said)) if guilty.any() else None,
        "precision_at_budget": float(top.mean()),
        "calibration": float(guilty.mean() - said.mean()),
    }
    return {name: _held(true[name], estimates) for name, estimates in found.items()}


def _held(true: float | None, estimates: list[Estimate | None]) -> dict[str, Any]:
    said = [each for each in estimates if each is not None]
    if true is None:
        return {"true": None, "said": len(said), "held": None, "median_width": None}
    return {
        "true": true,
        "said": len(said),
        "held": float(np.mean([each.low <= true <= each.high for each in said])) if said else None,
        "median_width": float(np.median([each.high - each.low for each in said])) if said else None,
    }


def main() -> None:
    """Learn in every world that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", nargs="+", required=True, help="PRESET:SEED[:CENTRES[:DAYS[:NIGHTS LOOKED AT]]]")
    parser.add_argument("--work", type=Path, default=Path("var/learning"), help="where worlds are kept between runs")
    parser.add_argument("--seed", type=int, default=1, help="the inspector's")
    asked = parser.parse_args()
    for text in asked.worlds:
        world = World.parse(text)
        place = asked.work / f"{world.preset}-{world.seed}"
        found = prepared(world, place)
        if not found.later:
            print(f"{text}: only {len(found.past)} nights, none to judge after {world.looked}", flush=True)
            continue
        figures = asdict(world) | {
            "centres": int(found.rows.about["centre_id"].nunique()),
            "nights": len(found.later),
            "code": code_version(),
            "coverage": coverage(found, asked.seed),
            "result": learnt(_copy(found, place / f"learnt-{asked.seed}"), asked.seed),
        }
        (asked.work / f"{world.preset}-{world.seed}.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
        print(json.dumps(figures), flush=True)


def _copy(world: Scored, root: Path) -> Scored:
    """The same world in a home of its own, so that one inspector's verdicts are not another's."""
    shutil.rmtree(root, ignore_errors=True)
    home = Home.open(shutil.copytree(world.home.root, root))
    return Scored(home, world.rows, world.truth, world.past, world.later)


if __name__ == "__main__":
    main()
