"""A case computed again from the tables as they stood when it was sealed: the same numbers, or what differs.

Each night of the case is run anew in a scratch home, which holds the versions of the lake's tables that were recorded
then: summaries of the day, ledger, rings, features, flags, scores, cases. What earlier nights left behind is taken as
it stood, the sums of the case's earlier nights from their own sealed folders (docs/adr/0017-replay.md).
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.engine import engine, literal
from data.errors import HomeError, UserError
from data.home import Home
from data.lake import Lake
from data.progress import Progress, Silent
from data.replica import replica
from data.stored.table import DAY
from data.tables import LAKE
from data.version import code_version
from detection.cases.day import cases_day
from detection.evidence.comparing import Difference, differences, values
from detection.evidence.night import CASE, folder_of, versions_of
from detection.evidence.sealing import MANIFEST, VERSIONS, Json, broken, read, sha256
from detection.judging import flags_day
from detection.learning.registry import lend
from detection.learning.serving import learned_in
from detection.scoring import score_day
from features.steps import FEATURE_STEPS

#: steps of a night that a progress bar shows: the lake as it stood, features, flags, scores, cases
STEPS = 1 + len(FEATURE_STEPS) + 3
#: of the scratch's scores; no slice keeps it
RUN_ID = "replay"
#: what a night was computed with, as its manifest says
FACTS = ("code_version", "config_hash", "model_version")
NO_MEMBERS = json.dumps({"bookings": [], "identifiers": [], "clerks": [], "agents": []})


@dataclass(frozen=True)
class Replayed:
    """A sealed night of a case, computed again.

    `altered`: files of its folder that do not fit their seal; `facts`: of `FACTS`, those that are others now, as
    (sealed, now); `differences`: values that are others now; `values`: how many were compared; `failed`: why it could
    not be computed again, null where it was.
    """

    day: date
    folder: str
    altered: list[str]
    facts: dict[str, tuple[str, str]]
    differences: list[Difference]
    values: int = 0
    failed: str | None = None

    @property
    def same(self) -> bool:
        """Whether it is whole and gives the same numbers."""
        return not (self.altered or self.differences or self.failed)


def replay(
    home: Home, case: str, reference: str, only: date | None = None, progress: Progress | None = None
) -> Iterator[Replayed]:
    """Compute the nights of a case again, in their order; `reference`: the case's evidence; `only`: just this night.

    Raises `UserError` where the case's last manifest does not fit its seal, since it names the others, and where it has
    no night `only`. Nothing of the home is changed.
    """
    progress = progress or Silent()
    links = [link for link in _chain(home, reference) if only in {None, date.fromisoformat(link["service_day"])}]
    if not links:
        raise UserError(
            f"case {case} has no night {only}", where=str(home.root), next_step="Leave out --night for all."
        )
    progress.start("Replaying", STEPS * len(links))
    with home.writing(f"the replay of {case}", ".replay.lock"):
        for link in links:
            yield _night(home, case, link, progress)


def _chain(home: Home, reference: str) -> list[Json]:
    """Folder, seal and day of every night, the last one last."""
    folder, seal = folder_of(home, reference)
    manifest = read(folder)
    if manifest is None or MANIFEST in broken(folder, seal):
        raise UserError(
            "the manifest does not fit its seal, and the case's earlier nights are named in it",
            where=str(folder),
            next_step="It was changed or lost after it was sealed: restore the folder from a backup.",
        )
    last = {DAY: manifest[DAY], "folder": reference.partition("#")[0], "seal": seal}
    return [*manifest["earlier"], last]


def _night(home: Home, case: str, link: Json, progress: Progress) -> Replayed:
    day = date.fromisoformat(link[DAY])
    folder, seal = folder_of(home, f"{link['folder']}#sha256={link['seal']}")
    altered, manifest = broken(folder, seal), read(folder)
    if manifest is None or MANIFEST in altered:
        progress.advance(STEPS)
        return Replayed(day, link["folder"], altered, {}, [], failed="its manifest does not fit its seal")
    facts = {name: (str(manifest[name]), now) for name, now in _facts(home).items() if manifest[name] != now}
    try:
        with _scratch(home) as scratch:
            made = _again(home, scratch, case, manifest, folder, progress)
            if made is None:
                lost = Difference(CASE, "case_id", 1, "", case, "no such case")
                return Replayed(day, link["folder"], altered, facts, [lost])
            if (model := made[1]["model_version"]) != manifest["model_version"]:
                facts["model_version"] = str(manifest["model_version"]), str(model)
            found, count = _compared(folder, manifest, made[0])
    except HomeError as error:
        return Replayed(day, link["folder"], altered, facts, [], failed=str(error))
    return Replayed(day, link["folder"], altered, facts, found, count)


def _facts(home: Home) -> dict[str, str]:
    return {"code_version": code_version(), "config_hash": home.settings.digest()}


@contextmanager
def _scratch(home: Home) -> Iterator[Home]:
    """A home of the same settings in a corner of this one; it goes in the end. The next one clears what a kill left."""
    root = home.path("staging", "replay")
    shutil.rmtree(root, ignore_errors=True)
    try:
        root.mkdir(parents=True)
        yield Home(root, home.settings)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _again(
    home: Home, scratch: Home, case: str, manifest: Json, folder: Path, progress: Progress
) -> tuple[Path, Json] | None:
    """The night's folder and manifest as the scratch seals them; None where it finds no such case."""
    day, versions = date.fromisoformat(manifest[DAY]), versions_of(folder)
    if "case_days" not in versions:
        raise HomeError(
            "it is not recorded of which versions of the tables it was made",
            where=str(folder / VERSIONS),
            next_step=f"Restore that file from a backup, or run the night again: inturn run --from {day}.",
        )
    lake = replica(Lake.of(home), versions, scratch.path("lake"))
    _forget(lake, day)
    if learned := learned_in(manifest["model_version"]):
        lend(home, scratch, learned, day)
    _sealed_parts(home, lake, case, manifest, folder)
    progress.advance(1, str(day))
    for step in (*FEATURE_STEPS, flags_day, _score, cases_day):
        step(scratch, day)
        progress.advance(1, str(day))
    with engine(scratch) as connection:
        found = connection.execute(
            f"SELECT evidence_ref FROM {lake.sql('case_days', day, day)} WHERE case_id = ?", [case]
        ).fetchone()
    if found is None:
        return None
    made, _ = folder_of(scratch, found[0])
    return made, read(made) or {}


def _score(scratch: Home, day: date) -> dict[str, int]:
    return score_day(scratch, day, RUN_ID)


def _forget(lake: Lake, day: date) -> None:
    """The summaries of the day itself are made anew, too."""
    if lake.version("made") is not None:
        lake.replace("made", f"{DAY} = '{day}'", LAKE["made"].schema.empty_table())


def _sealed_parts(home: Home, lake: Lake, case: str, manifest: Json, folder: Path) -> None:
    """What each night up to this one added to the case, from the sealed folders, in the place of what was stored of it.

    Earlier nights may have been run again since the versions were recorded. Of the night itself it says which case its
    bookings went to: the name of a case is no number, and hangs on the order in which nights were run.
    """
    rows = []
    for link in manifest["earlier"]:
        place, seal = folder_of(home, f"{link['folder']}#sha256={link['seal']}")
        if {CASE, MANIFEST} & set(broken(place, seal)):
            raise HomeError(
                "an earlier night of the case does not fit its seal, so that the sums up to this one cannot be made",
                where=str(place),
                next_step="Restore that folder from a backup.",
            )
        rows.append(_row(json.loads((place / CASE).read_bytes())))
    if CASE not in broken(folder):
        rows.append(_row(json.loads((folder / CASE).read_bytes())))
    predicate = f"case_id = {literal(case)} AND {DAY} <= '{manifest[DAY]}'"
    lake.replace("case_days", predicate, pa.Table.from_pylist(rows, LAKE["case_days"].schema))


def _row(told: Json) -> dict[str, Any]:
    """A night's row of `case_days`, from its `case.json`."""
    night = told["night"]
    return {
        DAY: date.fromisoformat(night[DAY]),
        "case_id": told["case_id"],
        "kind": told["kind"],
        "opened_on": date.fromisoformat(night["opened_on"]),
        "centre_id": night["centre_id"],
        "bound_by": night["bound_by"],
        "centres": night["centres"],
        "members": NO_MEMBERS,
        "flags": json.dumps(night["flags"]),
        **night["numbers"],
    }


def _compared(folder: Path, manifest: Json, made: Path) -> tuple[list[Difference], int]:
    """What differs from what was sealed, and how many values there are.

    A file that comes out with the sealed digest is the sealed one, whatever stands in its place now: then the
    difference is between the two.
    """
    found: list[Difference] = []
    count = 0
    for name, digest in sorted(manifest["files"].items()):
        now = (made / name).read_bytes()
        count += values(name, now)
        kept = (folder / name).read_bytes() if (folder / name).is_file() else b""
        if sha256(now) != digest or sha256(kept) != digest:
            found += differences(name, kept, now)
    return found, count
