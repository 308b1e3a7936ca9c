"""A training from verdicts to what serves: better on later nights, reproducible, and never half done."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.metrics import average_precision_score

from data.engine import engine
from data.errors import HomeError, UserError
from data.home import Home
from data.labels import store_labels
from data.lake import Lake
from detection.learning.classifier import digest
from detection.learning.registry import (
    PROMOTE,
    ROLLBACK,
    Service,
    before,
    cards,
    faults,
    folder,
    in_service,
    load,
    put_in_service,
    save,
    schedule,
    seal,
)
from detection.learning.rows import log_odds, night_rows
from detection.learning.serving import REST, scored, served, taught
from inturn.learning import STEPS, labels, learn
from tests.detection.learning_support import learnable, night, reviewed, written

NIGHTS = 35
LAST = night(NIGHTS - 1)


def train(home: Home) -> dict[str, object]:
    assert labels(home, LAST)["missing"] == {}
    return [learn(home, LAST, step) for step in STEPS][-1]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a model in service; only read."""
    home = Home.create(tmp_path_factory.mktemp("trained") / "home")
    learnable(home, NIGHTS)
    assert train(home)["promoted"]
    return home


@pytest.fixture
def home(trained: Home, tmp_path: Path) -> Home:
    """A copy that the test may change."""
    return Home.open(shutil.copytree(trained.root, tmp_path / "home"))


def test_a_promoted_model_ranks_later_nights_better_than_the_score_without_verdicts(trained: Home) -> None:
    facts = written(Home.create(trained.root.parent / "later"), 45, seed=1)
    later = Home.open(trained.root.parent / "later")
    model = load(trained, str(in_service(trained, LAST + timedelta(days=1))))
    free, learned, guilty = [], [], []
    with engine(later) as connection:
        for number in range(NIGHTS, 45):
            rows = night_rows(connection, Lake.of(later), model.classifier.names, night(number))
            free.append(rows.label_free)
            learned.append(scored(model, rows))
            guilty.append(rows.about.merge(facts, "left", ["centre_id", "booking_id"])["guilty"].to_numpy(bool))
    truth = np.concatenate(guilty)
    without, with_ = (average_precision_score(truth, np.concatenate(each)) for each in (free, learned))
    assert with_ > without + 0.1


def test_it_serves_from_the_night_after_the_last_scored_one_and_its_card_says_why(trained: Home) -> None:
    (entry,) = schedule(trained)
    assert in_service(trained, LAST) is None
    assert in_service(trained, LAST + timedelta(days=1)) == entry.version
    (card,) = cards(trained)
    assert card["decision"]["promoted"]
    assert card["labels"]["manipulated"] > 8
    assert card["directions"]["people_passed"] == 1
    assert card["inputs_digest"] == digest(tuple(card["inputs"])) != digest(tuple(card["inputs"][1:]))
    figures = card["figures"]["challenger"]["all"]
    assert figures["verdicts"] == card["decision"]["verdicts"] > 100
    for name in ("average_precision", "precision_at_budget", "recall_at_budget", "calibration"):
        assert figures[name]["low"] <= figures[name]["value"] <= figures[name]["high"]
        assert figures[name]["low"] < figures[name]["high"]


def test_the_same_verdicts_give_the_same_model_and_nothing_new_is_put_in_service(home: Home) -> None:
    model = folder(home) / f"{in_service(home, LAST + timedelta(days=1))}.skops"
    bytes_before = model.read_bytes()
    again = train(home)
    assert not again["promoted"]
    assert [path.name for path in folder(home).glob("*.skops")] == [f"{again['version']}.skops"]
    assert model.read_bytes() == bytes_before
    assert len(schedule(home)) == 1


@pytest.mark.parametrize("ending", ["skops", "json"])
def test_saving_a_model_again_makes_a_damaged_one_good_and_leaves_a_whole_one(home: Home, ending: str) -> None:
    version = str(in_service(home, LAST + timedelta(days=1)))
    model = load(home, version)
    file = folder(home) / f"{version}.{ending}"
    save(home, model)
    assert load(home, version).card == model.card
    file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(HomeError, match=version):
        load(home, version)
    assert len(cards(home)) + len(faults(home, None)) == 1
    save(home, model)
    assert load(home, version).classifier.names == model.classifier.names


def test_a_model_put_in_service_twice_goes_out_of_it_by_one_rollback(home: Home) -> None:
    (entry,) = schedule(home)
    put_in_service(home, replace(entry, reason="again"))
    assert before(home, LAST + timedelta(days=1)) is None


def test_what_it_adds_to_a_score_is_the_sum_of_what_is_told(trained: Home) -> None:
    model = load(trained, str(in_service(trained, LAST + timedelta(days=1))))
    with engine(trained) as connection:
        rows = night_rows(connection, Lake.of(trained), model.classifier.names, LAST)
    added = taught(model, rows, np.arange(len(rows)))
    summed = added.groupby("place")["odds"].sum().to_numpy()
    assert np.allclose(summed, log_odds(scored(model, rows)) - log_odds(rows.label_free), atol=1e-6)
    assert set(added.loc[added["input"] == REST, "place"]) == set(range(len(rows)))


def test_more_people_passed_never_lower_what_the_model_says(trained: Home) -> None:
    model = load(trained, str(in_service(trained, LAST + timedelta(days=1))))
    with engine(trained) as connection:
        rows = night_rows(connection, Lake.of(trained), model.classifier.names, LAST)
    place = rows.names.index("people_passed")
    steps = np.repeat(rows.inputs, 30, axis=0)
    steps[:, place] = np.tile(np.arange(30), len(rows))
    said = model.classifier.log_odds(steps).reshape(-1, 30)
    assert (np.diff(said, axis=1) >= 0).all()


def test_without_a_model_scores_are_just_those_without_verdicts(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    written(home, 2)
    free = np.array([0.25, np.nan, 0.5])
    with engine(home) as connection:
        score, version, added = served(home, Lake.of(home), connection, night(1), free)
    assert score is free
    assert version is None
    assert added.empty


def test_too_few_verdicts_are_said_and_change_nothing(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    facts = written(home, 3)
    few = reviewed(facts)
    store_labels(home, [label for label in few if label.verdict == "lawful"], source="tests")
    assert labels(home, night(9))["missing"] == {"manipulated": 8}
    with pytest.raises(UserError, match="there is no decision yet"):
        learn(home, night(9), "promote")


def test_without_any_night_there_is_nothing_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no night up to"):
        labels(Home.create(tmp_path / "home"), LAST)


def test_verdicts_known_later_are_not_known_yet(home: Home) -> None:
    known = [labels(home, night(number))["lawful"] for number in (1, 2, 3, 10)]
    assert known[0] == 0
    assert known == sorted(set(known))


def test_a_rollback_brings_back_what_served_before(home: Home) -> None:
    first = str(in_service(home, LAST + timedelta(days=1)))
    day = LAST + timedelta(days=5)
    other = "learned-0123456789ab"
    save(home, replace(load(home, first), version=other))
    put_in_service(home, Service(str(day), other, PROMOTE, "", "", ""))
    assert in_service(home, day) == other
    assert before(home, day) == first
    put_in_service(home, Service(str(day), first, ROLLBACK, "", "", ""))
    assert in_service(home, day) == first
    assert before(home, day) is None
    put_in_service(home, Service(str(day), None, ROLLBACK, "", "", ""))
    assert in_service(home, day) is None
    assert in_service(home, day - timedelta(days=1)) == first


@pytest.mark.parametrize("ending", ["skops", "json"])
def test_a_changed_or_foreign_file_is_refused_by_name(home: Home, ending: str) -> None:
    version = str(in_service(home, LAST + timedelta(days=1)))
    path = folder(home) / f"{version}.{ending}"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"share": 0.', b'"share": 9.') if ending == "json" else content + b"x")
    with pytest.raises(HomeError, match=f"{version}.{ending}"):
        load(home, version)
    path.unlink()
    with pytest.raises(HomeError, match=f"{version}.{ending}"):
        load(home, version)


def test_a_file_that_could_run_code_is_refused(home: Home) -> None:
    version = str(in_service(home, LAST + timedelta(days=1)))
    content = skops.io.dumps({"trees": Fraction(1, 2)})
    (folder(home) / f"{version}.skops").write_bytes(content)
    card = json.loads((folder(home) / f"{version}.json").read_text(encoding="utf-8"))
    del card["seal"]
    card["sha256"] = hashlib.sha256(content).hexdigest()
    (folder(home) / f"{version}.json").write_text(json.dumps(card | {"seal": seal(card)}), encoding="utf-8")
    with pytest.raises(HomeError, match="more than trees"):
        load(home, version)


def test_a_model_under_another_name_is_refused(home: Home) -> None:
    version, other = str(in_service(home, LAST + timedelta(days=1))), "learned-0123456789ab"
    for ending in ("skops", "json"):
        shutil.copy(folder(home) / f"{version}.{ending}", folder(home) / f"{other}.{ending}")
    with pytest.raises(HomeError, match="another model's"):
        load(home, other)


@pytest.mark.parametrize("name", ["../../keys/x", "forest-0123456789ab", ""])
def test_what_is_no_version_is_no_path(home: Home, name: str) -> None:
    with pytest.raises(HomeError, match="no model is called"):
        load(home, name)
