"""A log as a source in the contract's names: Parquet, a `source.toml` that says how to read it, and the truth."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from data.errors import UserError
from data.replacing import Made, replacing
from data.source import MAPPING_FILE, Source
from data.truth import TRUTH_FILE, write_truth

PLANTED = Made("log with planted jumps", marker="planting.json", entry="per_day")

OWNER_ONLY = 0o077  # bits of a file's mode that let others in


@contextmanager
def planted_folder(out: Path, source: Source) -> Iterator[Path]:
    """A folder that takes the place of `out`; as closed to others as the most closed file of the source.

    Raises `UserError` if one of `out` and the source lies in the other, or `out` holds something else.
    """
    _keep_apart(out, source)
    with replacing(out, PLANTED) as folder:
        closed = _is_closed(source)
        if closed:
            folder.chmod(0o700)
        yield folder
        for path in folder.rglob("*") if closed else ():
            path.chmod(0o700 if path.is_dir() else 0o600)


def write_source(folder: Path, source: Source, zone: str, tables: dict[str, pa.Table], truth: pa.Table) -> None:
    """Write the tables as `folder`/TABLE/TABLE.parquet, without columns that hold nothing: those were not delivered."""
    for name, rows in tables.items():
        (folder / name).mkdir()
        held = [column for column in rows.column_names if rows[column].null_count < rows.num_rows]
        pq.write_table(rows.select(held) if rows.num_rows else rows, folder / name / f"{name}.parquet")
    said = {
        "title": f"{source.name} with planted jumps",
        "timezone": zone,
        "clock_skew_s": source.mapping.clock_skew_s,
    }
    if source.mapping.discipline:
        said["discipline"] = source.mapping.discipline
    (folder / MAPPING_FILE).write_text(tomli_w.dumps(said), encoding="utf-8")
    write_truth(folder / TRUTH_FILE, truth)


def write_marker(folder: Path, figures: Mapping[str, object]) -> None:
    """Write what was planted, which marks the folder as one that may be replaced."""
    text = json.dumps(figures, ensure_ascii=False, indent=2) + "\n"
    (folder / PLANTED.marker).write_text(text, encoding="utf-8")


def _keep_apart(out: Path, source: Source) -> None:
    there, here = Path(source.root).resolve(), out.resolve()
    local = "file" in source.filesystem.protocol
    if local and (here.is_relative_to(there) or there.is_relative_to(here)):
        raise UserError(
            "it lies in the source, or the source in it",
            where=str(out),
            next_step="Choose a folder beside the source; a log is never changed in place.",
        )


def _is_closed(source: Source) -> bool:
    """Whether a file of the source is for its owner only; file systems without modes say nothing."""
    modes = [source.filesystem.info(delivery.path).get("mode") for delivery in source.deliveries()]
    return any(mode is not None and not mode & OWNER_ONLY for mode in modes)
