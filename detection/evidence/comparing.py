"""What differs between a sealed file of evidence and the same file computed anew: value for value, exactly."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

from data.tables import LAKE

#: what names a row of a slice that is no table of the lake
COMPARISON_KEY = ("centre_id", "service_code", "flag")
#: the column under which a row that is there, or is not, is counted
ROW = "row"
#: in the place of a value that one of the two does not have
ABSENT = "–"

#: column → place (a row's key, or where in a JSON list) → value
Cells = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Difference:
    """A column of a file in which `count` values differ; the first of them stands at `place`."""

    file: str
    column: str
    count: int
    place: str
    sealed: str
    now: str


def differences(file: str, sealed: bytes, now: bytes) -> list[Difference]:
    """What differs in a file of evidence, Parquet or JSON; one entry a column. None for the same values."""
    if sealed == now:
        return []
    try:
        before = _cells(file, sealed)
    except (ValueError, OSError, KeyError):  # what Arrow says of a file that is no Parquet is a ValueError
        return [Difference(file, ROW, 1, "", "cannot be read", "whole")]
    after = _cells(file, now)
    if moved := before.get(ROW, {}).keys() ^ after.get(ROW, {}).keys():  # a row is missed once, not in each column
        for cells in (before, after):
            for column in cells.keys() - {ROW}:
                cells[column] = {place: value for place, value in cells[column].items() if place not in moved}
    columns = [*after, *(column for column in before if column not in after)]
    return [found for column in columns if (found := _column(file, column, before, after))]


def values(file: str, content: bytes) -> int:
    """How many values a file of evidence holds."""
    return sum(len(cells) for column, cells in _cells(file, content).items() if column != ROW)


def _column(file: str, column: str, before: Cells, after: Cells) -> Difference | None:
    sealed, now = before.get(column, {}), after.get(column, {})
    places = [*now, *(place for place in sealed if place not in now)]
    apart = [place for place in places if _told(sealed, place) != _told(now, place)]
    if not apart:
        return None
    return Difference(file, column, len(apart), apart[0], _told(sealed, apart[0]), _told(now, apart[0]))


def _told(cells: dict[str, Any], place: str) -> str:
    """A value with all its digits: `repr` tells any two floating numbers apart."""
    return repr(cells[place]) if place in cells else ABSENT


def _cells(file: str, content: bytes) -> Cells:
    name, _, ending = file.rpartition(".")
    if ending == "json":
        found: Cells = {}
        for column, place, value in _leaves(json.loads(content), "", ""):
            found.setdefault(column, {})[place] = value
        return found
    rows = pq.read_table(io.BytesIO(content))
    key = LAKE[name].key if name in LAKE else COMPARISON_KEY
    keys = zip(*(rows[column].to_pylist() for column in key), strict=True)
    places = [" ".join(map(str, values)) for values in keys]
    return {ROW: dict.fromkeys(places, True)} | {
        column: dict(zip(places, rows[column].to_pylist(), strict=True)) for column in rows.column_names
    }


def _leaves(value: Any, column: str, place: str) -> Iterator[tuple[str, str, Any]]:
    """Each value in a JSON document: its names, where it is in the lists around it, and itself."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{column}.{name}" if column else name, place)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value, 1):
            yield from _leaves(inner, column, f"{place}.{number}" if place else str(number))
    else:
        yield column, place, value
