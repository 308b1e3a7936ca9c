"""A night by hand: the DAG as Airflow runs it without a scheduler, on the small world, in a home of its own."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow_support import World, rows

from data.home import Home
from inturn.airflow import NightFailedError, run_night, run_nights

SCORES = "centre_id, booking_id, score, p_value, q_value, flagged, rank, reasons"


def break_delivery(folder: Path) -> None:
    """A source of one file, which ends in the middle."""
    folder.joinpath("bookings").mkdir(parents=True)
    whole = gzip.compress(b"booking_id,centre_id\n" + b"1,a\n" * 5000)
    folder.joinpath("bookings", "day.csv.gz").write_bytes(whole[: len(whole) // 2])


def test_a_broken_delivery_hides_no_other_and_mended_it_gives_the_night_which_a_rerun_replaces(
    home_of: Callable[..., Home], world: World, tmp_path: Path
) -> None:
    home, annex, said = home_of("hall", "annex"), tmp_path / "annex", []
    shutil.rmtree(annex)
    break_delivery(annex)

    with pytest.raises(NightFailedError, match=r"ingest annex: .*day\.csv\.gz"):
        run_night(home, world.first_day, said.append)
    assert any("ingest hall: done" in line for line in said)
    assert rows(home, "bookings", "count(*)", world.first_day)[0][0] > 0
    assert rows(home, "scores", "booking_id", world.first_day) == []
    alerts = home.path("alerts.log").read_text(encoding="utf-8").splitlines()
    assert len(alerts) == 1, "waiting mends no file, so there was one attempt"
    assert f"nightly: ingest[annex] failed for {world.first_day}: " in alerts[0]
    assert "Then clear the task ingest" in alerts[0]

    shutil.rmtree(annex)
    shutil.copytree(world.folder, annex)
    published = []

    def listen(line: str) -> None:
        if "publish: done" in line:
            published.append(
                (
                    rows(home, "scores", SCORES, world.first_day),
                    rows(home, "scores", "DISTINCT run_id", world.first_day),
                )
            )

    run_nights(home, [world.first_day, world.first_day], listen)
    (first, run), (second, rerun) = published
    assert len(first) == rows(home, "bookings", "count(*)", world.first_day)[0][0] > 0
    assert first == second
    assert len(run) == len(rerun) == 1
    assert run != rerun
    assert len(home.path("alerts.log").read_text(encoding="utf-8").splitlines()) == 1
