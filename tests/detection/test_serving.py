"""A night scored with a model in service: told, reproducible, and without any trace in what nights lend each other."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from data.errors import HomeError
from data.home import Home
from data.lake import Lake
from detection.learning.rows import log_odds
from detection.reasons import LEARNED, LENDERS, flags_sql, is_flag
from detection.scoring import score_day
from tests.conftest import LAST
from tests.detection import serving_support
from tests.detection.serving_support import VERSION

Serve = Callable[..., Home]


@pytest.fixture
def serve(rerun: Home) -> Serve:
    """Put a model in service that holds bookings typed in by staff for manipulated."""

    def make(share: float = 0.5, first: date = LAST, more: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> Home:
        score_day(rerun, LAST, "before")
        serving_support.serve(rerun, LAST, share, first, more, without)
        return rerun

    return make


def stored(home: Home, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    where = f"WHERE service_day = DATE '{LAST}'"
    return duckdb.sql(f"SELECT {columns} FROM {Lake.of(home).sql(table)} {where} ORDER BY ALL").fetchall()


def test_the_blend_is_scored_named_and_told(serve: Serve) -> None:
    home = serve()
    score_day(home, LAST, "after")
    rows = duckdb.sql(
        f"""SELECT score, label_free, reasons, model_version FROM {Lake.of(home).sql("scores", LAST, LAST)}
            JOIN {Lake.of(home).sql("grounds", LAST, LAST)} USING (service_day, centre_id, booking_id)
            WHERE label_free IS NOT NULL"""
    ).fetchall()
    assert all(version.startswith("forest-") and version.endswith(f"+{VERSION}") for *_, version in rows)
    told = 0
    for score, free, reasons, _ in rows:
        learned = [reason for reason in json.loads(reasons) if reason["flag"].startswith(LEARNED)]
        assert bool(learned) == (score >= 0.01)
        if learned and min(reason["weight"] for reason in learned) > 0.1:  # weights are told to four digits
            told += 1
            change = log_odds(np.array([score]))[0] - log_odds(np.array([free]))[0]
            assert np.log([reason["weight"] for reason in learned]).sum() == pytest.approx(change, abs=0.01)
    assert told


def test_a_rerun_gives_the_same_bytes_and_what_nights_lend_is_as_without_a_model(serve: Serve) -> None:
    home = serve()
    lent = {name: stored(home, name) for name in ("grounds", "usual", "suspicions")}
    columns = "* EXCLUDE (run_id)"
    before = stored(home, "scores", columns)
    score_day(home, LAST, "one")
    once = stored(home, "scores", columns)
    score_day(home, LAST, "two")
    assert stored(home, "scores", columns) == once != before
    assert {name: stored(home, name) for name in lent} == lent


def test_a_centre_that_does_without_the_model_keeps_its_scores_and_is_told_nothing_of_it(serve: Serve) -> None:
    home = serve(without=("C01",))
    columns = "centre_id, booking_id, score, reasons"
    before = stored(home, "scores", columns)
    score_day(home, LAST, "after")
    after = stored(home, "scores", columns)
    pairs = list(zip(before, after, strict=True))
    spared, others = ([pair for pair in pairs if (pair[0][0] == "C01") == at] for at in (True, False))
    assert spared
    assert all(one == two for one, two in spared)
    assert any(one != two for one, two in others)


@pytest.mark.parametrize(("share", "first"), [(0.0, LAST), (0.5, LAST + timedelta(days=1))])
def test_without_a_share_or_before_its_first_day_nothing_changes(serve: Serve, share: float, first: date) -> None:
    home = serve(share, first)
    columns = "* EXCLUDE (run_id, model_version)"
    before = stored(home, "scores", columns)
    score_day(home, LAST, "after")
    assert stored(home, "scores", columns) == before


def test_a_model_that_needs_what_is_not_measured_is_refused(serve: Serve) -> None:
    home = serve(more=("moon_phase",))
    with pytest.raises(HomeError, match="needs moon_phase, which is not measured"):
        score_day(home, LAST, "after")


def test_what_verdicts_taught_is_no_flag_of_a_case() -> None:
    told = json.dumps([{"flag": name} for name in ("Q101", *LENDERS, f"{LEARNED}lead_hours")])
    assert duckdb.execute(f"SELECT {flags_sql('$told')}", {"told": told}).fetchall() == [(["Q101"],)]
    assert [name for name in ("Q101", "ring", "learned.rest") if is_flag(name)] == ["Q101"]
