"""The models of a home and which of them serves on which night: a folder, with nothing in it that can run code.

`models/learned/VERSION.skops` holds the trees, `VERSION.json` the model card with their SHA-256, and `service.json`
the schedule, which is only ever added to. Each is replaced whole, the schedule last: whatever is killed in the middle
leaves in service what was there.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

import skops.io
from pydantic import TypeAdapter
from skops.io.exceptions import UntrustedTypesFoundException

from data.errors import HomeError, UserError
from data.home import Home, explain_os_error
from detection.learning.blend import Blend
from detection.learning.classifier import Classifier

#: what a model file may contain besides plain data and scikit-learn's own estimators
TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
#: how a version is called
NAMED = re.compile(r"learned-[0-9a-f]{12}")
#: what can be done with the schedule
PROMOTE, ROLLBACK = "promote", "rollback"
LISTED = "inturn models list shows those that there are."
NOTHING_LEARNT = "Nothing was learnt yet: inturn labels import FILE, then inturn train."
AGAIN = "Restore it from a backup, or put another model in service: inturn models rollback."
RESTORE = "Restore it from a backup; or remove it, then put a model in service (inturn models promote)."

Card = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """A trained model: its `version`, the trees, how far they are believed, and its card."""

    version: str
    classifier: Classifier
    blend: Blend
    card: Card


@dataclass(frozen=True)
class Service:
    """From `first_day` on the nights are scored with `version` (null: without a model). `action`: what was done, by
    `by`, at the instant `at` (ISO 8601), and why.
    """

    first_day: str
    version: str | None
    action: str
    reason: str
    at: str
    by: str


SCHEDULE = TypeAdapter(list[Service])


def folder(home: Home) -> Path:
    """Where a home's learnt models lie."""
    return home.path("models", "learned")


def save(home: Home, model: Model) -> None:
    """Keep a model and its card; what the card says of the file is made here.

    A version that is kept already, and whole, stays as it is: the same inputs have made the same model. One that was
    damaged since is made good.
    """
    place = folder(home)
    place.mkdir(parents=True, exist_ok=True)
    if _whole(home, model.version):
        return
    content = skops.io.dumps(model.classifier.members, compression=ZIP_DEFLATED)
    write(place / f"{model.version}.skops", content)
    _write_card(
        home,
        model.card
        | {
            "version": model.version,
            "inputs": list(model.classifier.names),
            "blend": asdict(model.blend),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    )


def _whole(home: Home, version: str) -> bool:
    try:
        load(home, version)
    except HomeError:
        return False
    return True


def note(home: Home, version: str, facts: Card) -> None:
    """Add to a model's card."""
    _write_card(home, read_card(home, version) | facts)


def _write_card(home: Home, card: Card) -> None:
    write(folder(home) / f"{card['version']}.json", _text(card | {"seal": seal(card)}))


def load(home: Home, version: str) -> Model:
    """A kept model; `HomeError` names the file if it is missing, changed, or holds anything but trees."""
    card = read_card(home, version)
    path, content = folder(home) / f"{version}.skops", _trees(home, card)
    classifier = Classifier(tuple(card["inputs"]))
    try:
        classifier.members = skops.io.loads(content, trusted=TRUSTED)
    except UntrustedTypesFoundException as error:
        raise HomeError(f"the model file holds more than trees: {error}", where=str(path), next_step=AGAIN) from error
    return Model(
        version, classifier, Blend(**card["blend"] | {"without": tuple(card["blend"].get("without", ()))}), card
    )


def _trees(home: Home, card: Card) -> bytes:
    """The model file of a card, as it was trained."""
    path = folder(home) / f"{card['version']}.skops"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HomeError("no such model", where=str(path), next_step=AGAIN) from error
    if hashlib.sha256(content).hexdigest() != card["sha256"]:
        raise HomeError("the model file is not the one that was trained", where=str(path), next_step=AGAIN)
    return content


def read_card(home: Home, version: str) -> Card:
    """A model card as it was written; `HomeError` where it is missing or was changed since."""
    path = folder(home) / f"{version}.json"
    if not NAMED.fullmatch(version):
        raise HomeError(f"no model is called {version!r}", where=str(folder(home)), next_step=_instead(home))
    try:
        card: Card = json.loads(path.read_text(encoding="utf-8"))
        sealed = card.pop("seal")
    except OSError as error:
        raise HomeError("no such model", where=str(path), next_step=_instead(home)) from error
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise HomeError("the model's card is damaged", where=str(path), next_step=AGAIN) from error
    if card.get("version") != version:
        raise HomeError("this is another model's card", where=str(path), next_step=AGAIN)
    if sealed != seal(card):
        raise HomeError("the model's card was changed since it was written", where=str(path), next_step=AGAIN)
    return card


def cards(home: Home) -> list[Card]:
    """The cards of all kept models, the oldest first; without those that `faults` names."""
    found = [card for card in _cards(home, None) if not isinstance(card, HomeError)]
    return sorted(found, key=lambda card: (card["as_of"], card["version"]))


def faults(home: Home, serving: str | None) -> list[HomeError]:
    """What is wrong with the models whose card or file is not what it was, or with the `serving` one if it is gone."""
    return [card for card in _cards(home, serving) if isinstance(card, HomeError)]


def _cards(home: Home, serving: str | None) -> Iterator[Card | HomeError]:
    kept = {path.stem for path in folder(home).glob("learned-*.json")}
    for version in sorted(kept | ({serving} if serving else set())):
        try:
            card = read_card(home, version)
            _trees(home, card)
            yield card
        except HomeError as error:
            yield error


def schedule(home: Home) -> list[Service]:
    """What was put in service, in the order in which it was."""
    path = folder(home) / "service.json"
    try:
        entries = SCHEDULE.validate_json(path.read_bytes(), strict=True)
        for entry in entries:
            date.fromisoformat(entry.first_day)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise explain_os_error(error, path) from error
    except ValueError as error:
        raise HomeError("the schedule of models is damaged", where=str(path), next_step=RESTORE) from error
    return entries


def in_service(home: Home, day: date) -> str | None:
    """The version with which the night of a day is scored; None: without a model.

    The entry with the latest first day up to it; of those, the one that was added last.
    """
    held = [(entry.first_day, place) for place, entry in enumerate(schedule(home)) if entry.first_day <= str(day)]
    return schedule(home)[max(held)[1]].version if held else None


def put_in_service(home: Home, entry: Service) -> None:
    """Add to the schedule. `UserError` if there is no such model."""
    if entry.version is not None:
        load(home, entry.version)
    place = folder(home)
    place.mkdir(parents=True, exist_ok=True)
    write(place / "service.json", _text([asdict(known) for known in [*schedule(home), entry]]))


def lend(home: Home, other: Home, version: str, day: date) -> None:
    """Put a model of this home in service in another one from a day on, so that a night can be computed again there."""
    load(home, version)
    folder(other).mkdir(parents=True, exist_ok=True)
    for ending in ("skops", "json"):
        write(folder(other) / f"{version}.{ending}", (folder(home) / f"{version}.{ending}").read_bytes())
    put_in_service(other, Service(str(day), version, PROMOTE, "lent", "", ""))


def before(home: Home, day: date) -> str | None:
    """The version that a rollback brings back on that day (None: none); `UserError` where no model is in service."""
    served: list[str] = []
    for entry in schedule(home):
        if entry.first_day > str(day):
            continue
        if entry.action == ROLLBACK:
            served = served[:-1]
        elif entry.version is not None and served[-1:] != [entry.version]:  # put in service twice, it is one
            served.append(entry.version)
    if not served:
        raise UserError("no model is in service", where=str(folder(home)), next_step=_instead(home))
    return served[-2] if len(served) > 1 else None


def _instead(home: Home) -> str:
    """What to do where there is no such model."""
    return LISTED if any(folder(home).glob("*.skops")) else NOTHING_LEARNT


def write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def _text(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def seal(card: Card) -> str:
    """What a card's content comes to: whoever changes it has to know how."""
    plain = json.dumps(card, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(plain).hexdigest()
