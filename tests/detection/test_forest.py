"""Every model in `detection/models` against their one contract; the forest's kept files."""

import hashlib
import importlib
import inspect
import json
import pkgutil
from pathlib import Path

import numpy as np
import pytest
import skops.io

import detection.models
from data.errors import HomeError
from detection.models.forest import Forest

MODULES = [
    importlib.import_module(f"detection.models.{found.name}")
    for found in pkgutil.iter_modules(detection.models.__path__)
]
MODELS = {
    model.__name__: model
    for module in MODULES
    for model in vars(module).values()
    if inspect.isclass(model) and model.__module__ == module.__name__
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
FEATURES = ["people_passed", "lead_hours", "applicants_on_phone"]


def hall(rows: int = 400, seed: int = 3) -> np.ndarray:
    """Ordinary bookings: counts near zero, some not assessed."""
    chance = np.random.default_rng(seed)
    drawn = chance.poisson(1.0, size=(rows, len(FEATURES))).astype(float)
    drawn[chance.uniform(size=drawn.shape) < 0.1] = np.nan
    return drawn


@every_model
def test_a_higher_score_is_more_suspicious(model):
    fitted = model(FEATURES).fit(hall())
    ordinary, strange = fitted.score(np.array([[1.0, 1.0, 1.0], [40.0, 50.0, 60.0]]))
    assert strange > ordinary
    assert strange > np.quantile(fitted.score(hall()), 0.99)


@every_model
def test_a_score_lies_between_0_and_1_whatever_is_not_assessed(model):
    rows = np.vstack([hall(), np.full((1, len(FEATURES)), np.nan)])
    scores = model(FEATURES).fit(hall()).score(rows)
    assert scores.shape == (len(rows),)
    assert ((scores >= 0) & (scores <= 1)).all()


@every_model
def test_what_is_strange_about_a_booking_is_explained_by_that(model):
    fitted = model(FEATURES).fit(hall())
    parts = fitted.explain(np.array([[1.0, 60.0, 1.0], [1.0, 1.0, np.nan]]))
    assert parts.shape == (2, len(FEATURES))
    assert parts[0].argmax() == 1
    assert parts[1, 2] == 0, "what was not assessed explains nothing"


@every_model
def test_a_feature_that_nobody_delivers_is_no_obstacle(model):
    rows = hall()
    rows[:, 1] = np.nan
    assert np.isfinite(model(FEATURES).fit(rows).score(hall())).all()


@every_model
def test_the_same_rows_give_the_same_model_and_scores(model):
    first, second = (model(FEATURES).fit(hall()) for _ in range(2))
    assert first.version == second.version
    assert first.score(hall(seed=4)).tolist() == second.score(hall(seed=4)).tolist()


@every_model
def test_other_rows_and_other_features_are_another_version(model):
    versions = {
        model(FEATURES).fit(hall()).version,
        model(FEATURES).fit(hall(seed=5)).version,
        model(FEATURES[::-1]).fit(hall()).version,
    }
    assert len(versions) == 3


@every_model
def test_one_booking_is_enough_to_fit(model):
    assert np.isfinite(model(FEATURES).fit(hall(1)).score(hall())).all()


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Forest]:
    """A folder with a kept forest."""
    forest = Forest(FEATURES).fit(hall())
    forest.save(tmp_path)
    return tmp_path, forest


def test_a_kept_forest_comes_back_the_same(kept):
    folder, forest = kept
    again = Forest.load(folder, forest.version)
    assert (again.version, again.features) == (forest.version, FEATURES)
    assert again.score(hall(seed=6)).tolist() == forest.score(hall(seed=6)).tolist()
    assert {path.name for path in folder.iterdir()} == {f"{forest.version}.skops", f"{forest.version}.json"}


def test_a_changed_file_is_refused(kept):
    folder, forest = kept
    file = folder / f"{forest.version}.skops"
    file.write_bytes(file.read_bytes() + b"\0")
    refused(folder, forest.version, "not the one that was trained")


def test_what_would_run_code_is_refused_even_with_a_card_that_fits(kept):
    folder, forest = kept
    content = skops.io.dumps({"model": Runs()})
    (folder / f"{forest.version}.skops").write_bytes(content)
    card = folder / f"{forest.version}.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"sha256": hashlib.sha256(content).hexdigest()}))
    refused(folder, forest.version, "more than trees", "Runs")


def test_a_missing_model_is_named(tmp_path):
    refused(tmp_path, "forest-000000000000", "no such model")


@pytest.mark.parametrize("card", ["", "{", "[]", "{}", '{"features": ["a"]}', "\x00", "[" * 100_000])
def test_a_damaged_card_is_named(kept, card):
    folder, forest = kept
    (folder / f"{forest.version}.json").write_text(card)
    refused(folder, forest.version, "card is damaged")


class Runs:
    """Of a type that is neither plain data nor a tree."""


def refused(folder: Path, version: str, *words: str) -> None:
    with pytest.raises(HomeError) as error:
        Forest.load(folder, version)
    for word in (*words, version, "Run the night again"):
        assert word in str(error.value)
