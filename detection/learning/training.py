"""A training, step by step: labels, rows, model, evaluation, shadow, promotion.

Each step can be repeated, and leaves its results on the bench (`bench.py`). Only the last touches what serves, and that
in one replacement of one file.
"""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from data.engine import engine
from data.errors import UserError
from data.home import Home
from data.lake import Lake
from data.version import code_version
from detection.learning.agreement import against_evidence, agreement
from detection.learning.bench import Bench
from detection.learning.classifier import PARAMETERS, digest, directions
from detection.learning.counting import Known, known
from detection.learning.drift import profile
from detection.learning.measures import measures
from detection.learning.promotion import decided, shadow, walked_blends, worse_off
from detection.learning.registry import PROMOTE, Model, Service, in_service, note, put_in_service, save
from detection.learning.rows import Reals, Rows, input_names, log_odds, training_rows
from detection.learning.verdicts import settled, verdicts_as_of
from detection.learning.walk import LEAST_OF_EACH, Walked, trained, walk

#: nights that are learnt from, counted back from the last one: half a year
WINDOW_DAYS = 182

Facts = dict[str, Any]


def collect_labels(home: Home, as_of: date) -> Facts:
    """The verdicts known at the end of `as_of`, and whether they are enough: `missing` says how many of a kind are not.

    Verdicts on bookings that no night has scored do not count.

    Raises `UserError` where no night has been scored.
    """
    bench, lake = Bench.of(home, as_of), Lake.of(home)
    days = _days(home, lake, as_of)
    with engine(home) as connection:
        verdicts = verdicts_as_of(connection, lake, as_of)
        strange = against_evidence(connection, lake, verdicts)
        later = connection.execute(f"SELECT count(*) FROM {lake.sql('labels')} WHERE day > $as_of", {"as_of": as_of})
        (known_later,) = later.fetchone() or (0,)
        connection.register("settled", verdicts.settled)
        here = connection.execute(
            f"FROM settled SEMI JOIN {lake.sql('grounds', None, as_of)} USING (centre_id, booking_id)"
        ).df()
    counts = {"manipulated": int(here["manipulated"].sum()), "lawful": int((~here["manipulated"]).sum())}
    missing = {kind: LEAST_OF_EACH - number for kind, number in counts.items() if number < LEAST_OF_EACH}
    bench.put_table("each", verdicts.each)
    bench.put_table("conflicts", verdicts.conflicts)
    bench.put_table("second_look", strange)
    facts = {
        **counts,
        "unclear": int((verdicts.each["verdict"] == "unclear").sum()),
        "conflicts": int(here["conflict"].sum()),
        "second_look": len(strange),
        "agreement": agreement(verdicts.each),
        "known_later": known_later,
        "not_scored": len(verdicts.settled) - len(here),
        "missing": missing,
        "days": days,
    }
    bench.put("labels", facts)
    return facts


def build_rows(home: Home, as_of: date) -> Facts:
    """The bookings that are learnt from."""
    bench, lake = Bench.of(home, as_of), Lake.of(home)
    days = _window(bench)
    with engine(home) as connection:
        rows = training_rows(connection, lake, input_names(lake), days, bench.get_table("each"))
    bench.put_rows(rows)
    return {"rows": len(rows), "bookings": round(float(rows.stands_for.sum())), "inputs": len(rows.names)}


def train_model(home: Home, as_of: date) -> Facts:
    """Walk through the weeks, then train on all."""
    bench = Bench.of(home, as_of)
    rows, each, (_, last) = bench.rows(), bench.get_table("each"), _window(bench)
    what = known(rows, settled(each))
    walked = walk(rows, each, last)
    challenger, blend = walked_blends(rows, what, walked)
    blend = replace(blend, without=worse_off(rows, what, walked, challenger))
    bench.put_table("walked", pd.DataFrame({"odds": walked.odds, "knew": walked.knew, "challenger": challenger}))
    model = trained(rows, what)
    labels = pd.DataFrame({"manipulated": what.manipulated, "chance": what.chance, "by": what.by.astype(str)})
    parts = (rows.inputs.tobytes(), *(pd.util.hash_pandas_object(labels[name]).to_numpy().tobytes() for name in labels))
    version = f"learned-{digest(rows.names, *parts)}"
    odds = log_odds(blend.scores(rows, model.log_odds(rows.inputs)))
    card = {
        "as_of": str(as_of),
        "days": list(map(str, _window(bench))),
        "labels": {name: value for name, value in bench.get("labels").items() if name not in ("days", "missing")},
        "rows": len(rows),
        "inputs_digest": digest(rows.names),
        "settings": PARAMETERS,
        "directions": {name: way for name, way in zip(rows.names, directions(rows.names), strict=True) if way},
        "code_version": code_version(),
        "profile": profile(rows, what, odds),
    }
    save(home, Model(version, model, blend, card))
    weeks = [str(start) for start in walked.blocks]
    facts = {"version": version, "share": blend.share, "without": blend.without, "weeks": weeks}
    bench.put("model", facts)
    return facts


def evaluate_model(home: Home, as_of: date) -> Facts:
    """What the walked nights say of the challenger, and of what was in service, by centre and age group."""
    bench = Bench.of(home, as_of)
    rows, what, challenger, champion, walked = _walked(home, bench)
    inside = ~np.isnan(walked.odds) & ~np.isnan(champion)
    facts = {
        name: measures(rows, what, odds, inside, home.settings.budget)
        for name, odds in (("challenger", challenger), ("champion", champion))
    }
    bench.put("evaluation", facts)
    return facts


def shadow_model(home: Home, as_of: date) -> Facts:
    """Champion and challenger beside each other, and what follows from it."""
    bench = Bench.of(home, as_of)
    rows, what, challenger, champion, walked = _walked(home, bench)
    kept = rows.about["centre_id"].isin(bench.get("model")["without"]).to_numpy()
    serving = np.where(kept, log_odds(rows.label_free), challenger)
    seen, spared = (shadow(what, walked, champion, odds) for odds in (challenger, serving))
    served = in_service(home, _window(bench)[1]) is not None
    decision = asdict(decided(rows, seen, spared, served=served))
    bench.put("decision", decision)
    return decision


def promote_model(home: Home, as_of: date) -> Facts:
    """Put the model in service from the night after the last scored one on, if the shadow says so; else keep it.

    Either way its card says why.
    """
    bench, lake = Bench.of(home, as_of), Lake.of(home)
    decision, version = bench.get("decision"), str(bench.get("model")["version"])
    note(home, version, {"decision": decision, "figures": bench.get("evaluation")})
    first = max(lake.days("scores")) + timedelta(days=1)
    promoted = bool(decision["promoted"]) and in_service(home, first) != version
    if promoted:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        put_in_service(home, Service(str(first), version, PROMOTE, decision["reason"], now, "training"))
    return {"version": version, "promoted": promoted, "first_day": str(first), "reason": decision["reason"]}


def _walked(home: Home, bench: Bench) -> tuple[Rows, Known, Reals, Reals, Walked]:
    """Rows, verdicts, log-odds of the challenger and of what was in service (NaN: was not scored), and the walk."""
    rows, table = bench.rows(), bench.get_table("walked")
    with engine(home) as connection:
        scores = connection.execute(
            f"SELECT centre_id, booking_id, score FROM {Lake.of(home).sql('scores', *_window(bench))}"
        ).df()
    served = rows.about[["centre_id", "booking_id"]].merge(scores, "left", ["centre_id", "booking_id"])["score"]
    champion = log_odds(served.to_numpy(np.float64))
    what = known(rows, settled(bench.get_table("each")))
    weeks = [date.fromisoformat(start) for start in bench.get("model")["weeks"]]
    walked = Walked(table["odds"].to_numpy(), table["knew"].to_numpy(), weeks)
    return rows, what, table["challenger"].to_numpy(), champion, walked


def _days(home: Home, lake: Lake, as_of: date) -> list[str]:
    """First and last night that is learnt from."""
    nights = [day for day in lake.days("grounds") if day <= as_of]
    if not nights:
        raise UserError(
            f"no night up to {as_of} has been scored by a version of inturn that learns",
            where=str(home.root),
            next_step="Run: inturn run --from DAY --to DAY.",
        )
    last = max(nights)
    return [str(max(min(nights), last - timedelta(days=WINDOW_DAYS - 1))), str(last)]


def _window(bench: Bench) -> tuple[date, date]:
    first, last = map(date.fromisoformat, bench.get("labels")["days"])
    return first, last
