"""What the judge sets beside the product, on a real home: each peer is its own, and old nights do not stop it."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable, write_deltalake

from data.home import Home
from data.truth import TRUTH, write_truth
from detection.evaluate import evaluate
from detection.evaluation.peers import NAIVE, PEERS, Peer
from detection.flag import all_flags
from tests.conftest import FIRST, LAST
from tests.detection.test_scoring import NIGHTS, scores_of
from tests.features.hall_support import day_of

#: bookings of the last night said to be planted: enough for peers to differ in what they find first
PLANTED = 12


@pytest.fixture
def truth(judged: Home, tmp_path: Path) -> Path:
    """The last night's first bookings were planted, by rank."""
    about = {"scheme": "overtake", "ring": "R1", "clerk_id": None, "carried_out": True, "capacity_per_day": None}
    first = scores_of(judged).slice(0, PLANTED).select(["centre_id", "booking_id"]).to_pylist()
    write_truth(tmp_path / "truth.parquet", pa.Table.from_pylist([about | row for row in first], schema=TRUTH))
    return tmp_path / "truth.parquet"


def peers_of(home: Home, truth: Path) -> dict[str, Peer]:
    return {peer.name: peer for peer in evaluate(home, truth, FIRST, LAST).peers}


def test_no_two_peers_rank_alike(judged: Home, truth: Path) -> None:
    found = peers_of(judged, truth)
    curves = [str(peer.curve) for peer in found.values()]
    assert list(found) == [*PEERS, NAIVE]
    assert len(set(curves)) == len(curves)


def test_the_naive_rule_flags_from_the_threshold_of_q101_and_the_detectors_only_rank(judged: Home, truth: Path) -> None:
    found = peers_of(judged, truth)
    passed = pa.concat_tables([day_of(judged, "features", day) for day in NIGHTS])["people_passed"]
    naive = found.pop(NAIVE).flagged
    at_least = all_flags()["Q101"].at_least
    assert naive
    assert naive.flagged == pc.sum(pc.greater_equal(passed, at_least)).as_py() > 0
    assert naive.recall
    assert naive.recall.whole == PLANTED
    assert [peer.flagged for peer in found.values()] == [None] * len(PEERS)


def test_nights_older_than_a_feature_are_judged_by_those_that_they_have(rerun: Home, truth: Path) -> None:
    place = str(rerun.path("lake", "features"))
    rows = pa.table(DeltaTable(place).to_pyarrow_table()).drop_columns("lead_hours")
    shutil.rmtree(place)
    write_deltalake(place, rows, partition_by=["service_day"])
    assert all(peer.ranking.average_precision for peer in peers_of(rerun, truth).values())
