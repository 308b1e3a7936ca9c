"""Isolation forest: bookings that few random cuts set apart from the others (Liu, Ting, Zhou 2008, ICDM).

It knows nothing of queue-jumping: it ranks what is unusual, and unusual is not guilty. It fails where manipulation
is the usual thing.
"""

import hashlib
import json
from pathlib import Path
from zipfile import ZIP_DEFLATED

import numpy as np
import numpy.typing as npt
import skops.io
from sklearn.ensemble import IsolationForest
from skops.io.exceptions import UntrustedTypesFoundException

from data.errors import HomeError

TREES = 100  # the paper's value; more change little
SEED = 20260302  # fixed, so that a rerun gives the same bytes
#: what a model file may contain besides plain data; loading anything else is refused by name
TRUSTED = ["sklearn.tree._tree.Tree"]

Reals = npt.NDArray[np.float64]


class Forest:
    """An isolation forest over the features, nulls included."""

    def __init__(self, features: list[str]) -> None:
        self.features = features
        self.version = ""
        self._model = IsolationForest(n_estimators=TREES, random_state=SEED, n_jobs=1)

    def fit(self, rows: Reals) -> "Forest":
        """Learn from rows (bookings by features, NaN: not assessed)."""
        self._model.fit(rows)
        digest = hashlib.sha256(json.dumps([self.features, TREES, SEED]).encode() + rows.tobytes())
        self.version = f"forest-{digest.hexdigest()[:12]}"
        return self

    def score(self, rows: Reals) -> Reals:
        """How unusual each row is: 0 to 1, higher is more so."""
        unusual: Reals = -self._model.score_samples(rows)
        return unusual

    def explain(self, rows: Reals) -> Reals:
        """How much of its score each row owes to each feature: what the score loses if that feature is not assessed."""
        whole = self.score(rows)
        parts = []
        for column in range(rows.shape[1]):
            without = rows.copy()
            without[:, column] = np.nan
            parts.append(whole - self.score(without))
        return np.column_stack(parts)

    def save(self, folder: Path) -> None:
        """Keep the model under its version, with the SHA-256 of its file in a card beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        content = skops.io.dumps(self._model, compression=ZIP_DEFLATED)  # a fifth of the size
        card = {"version": self.version, "features": self.features, "sha256": hashlib.sha256(content).hexdigest()}
        for name, bytes_ in ((f"{self.version}.skops", content), (f"{self.version}.json", json.dumps(card).encode())):
            part = folder / f".{name}.part"
            part.write_bytes(bytes_)
            part.replace(folder / name)

    @classmethod
    def load(cls, folder: Path, version: str) -> "Forest":
        """Load a kept model; `HomeError` if its file is missing, changed or holds anything but trees."""
        path = folder / f"{version}.skops"
        again = "Run the night again to make it."
        try:
            card = json.loads((folder / f"{version}.json").read_text(encoding="utf-8"))
            model, sha256 = cls(card["features"]), card["sha256"]
            content = path.read_bytes()
        except OSError as error:
            raise HomeError("no such model", where=str(path), next_step=again) from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise HomeError("the model's card is damaged", where=str(path), next_step=again) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise HomeError("the model file is not the one that was trained", where=str(path), next_step=again)
        try:
            model._model = skops.io.loads(content, trusted=TRUSTED)
        except UntrustedTypesFoundException as error:
            raise HomeError(
                f"the model file holds more than trees: {error}", where=str(path), next_step=again
            ) from error
        model.version = version
        return model
