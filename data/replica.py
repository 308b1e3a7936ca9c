"""A lake as it once stood: earlier versions of its tables under a second name, so that what was computed of them can be
computed again. Nothing is copied, and what is written there reaches nobody else.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction

from data.errors import HomeError
from data.lake import Lake
from data.tables import LAKE


def replica(lake: Lake, versions: Mapping[str, int | None], root: Path) -> Lake:
    """A new lake in the folder `root`, on the same disk, whose tables hold what these versions of `lake`'s held.

    A table of which nothing was stored then (null) has nothing there. `HomeError` names the versions that are gone.
    """
    asked = {name: version for name, version in versions.items() if version is not None and name in LAKE}
    stood = {name: _at(lake, name, version) for name, version in sorted(asked.items())}
    if gone := [f"{name} {asked[name]}" for name, files in stood.items() if files is None]:
        raise HomeError(
            f"these versions of the lake's tables are gone: {', '.join(gone)}",
            where=str(lake.root),
            next_step="inturn lake retain deletes versions older than it is told to keep. Restore a backup of the home "
            "that still has them into another folder, and ask that one (--home).",
        )
    for name, files in stood.items():
        if files is not None:
            _link(lake, name, files, root / name)
    return Lake(root)


def _at(lake: Lake, name: str, version: int) -> tuple[DeltaTable, list[AddAction]] | None:
    """A table at a version, with its files; None where the version or one of its files is gone."""
    try:
        table = DeltaTable(str(lake.root / name), version=version)
    except (DeltaError, OSError, ValueError, TypeError):  # also one that is no number, in a list that was altered
        return None
    actions = [_action(name, row) for row in pa.table(table.get_add_actions(flatten=True)).to_pylist()]
    if not all((lake.root / name / action.path).is_file() for action in actions):
        return None
    return table, actions


def _action(name: str, row: Mapping[str, object]) -> AddAction:
    partitions = {column: str(row[f"partition.{column}"]) for column in LAKE[name].partitions}
    return AddAction(
        unquote(str(row["path"])),
        int(str(row["size_bytes"])),
        partitions,
        int(str(row["modification_time"])),
        data_change=True,
        stats=json.dumps({"numRecords": row["num_records"]}),
    )


def _link(lake: Lake, name: str, stood: tuple[DeltaTable, list[AddAction]], place: Path) -> None:
    """Each file a second time, under the same name within its table, so that it is known by it."""
    table, actions = stood
    place.mkdir(parents=True)
    new = DeltaTable.create(str(place), schema=table.schema(), partition_by=LAKE[name].partitions)
    for action in actions:
        target = place / action.path
        target.parent.mkdir(exist_ok=True)
        os.link(lake.root / name / action.path, target)
    new.create_write_transaction(actions, "append", new.schema(), LAKE[name].partitions)
