"""Reads event logs in XES (IEEE 1849), streamed: each trace becomes one row.

- An attribute of the trace is a column under its key, such as `concept:name`.
- An event gives the column `<concept:name>` with its `time:timestamp`, and for each of its other attributes
  the column `<concept:name>.<key>`, such as `called.org:resource`.
- When an event comes again in a trace, the first keeps its name and the later ones are `<concept:name> 2`,
  `<concept:name> 3` and so on, in the order of the file.
- An attribute inside an attribute `a` is `a.<key>`; the values of a list are one JSON text.

So a hall's log of `checked_in`, `called`, `served` events maps to bookings by its column names alone. A
row's number is its trace's, from 1. The known Python library for XES, pm4py, is under the AGPL, which this
project's licence (Apache-2.0) cannot take in; hence a reader of our own.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from fsspec import AbstractFileSystem
from lxml import etree

from data.errors import UnreadableFileError
from data.readers.chunk import VALUE_CHARS, Chunk, ReadOptions, Refusal
from data.readers.headers import checked_headers
from data.readers.opening import AGAIN, opened
from data.readers.textstream import declared_encoding
from data.readers.values import checked_chunk, without_empty_rows

ENDINGS = (".xes", ".xes.gz")

#: traces a chunk; they are Python objects on the way, about 5 kB each
_TRACES = 16_384

_NAME, _TIME = "concept:name", "time:timestamp"


class _BadTraceError(Exception):
    """A trace that makes no row; its arguments are rule and value."""


def read(filesystem: AbstractFileSystem, path: str, options: ReadOptions) -> Iterator[Chunk]:
    """Yield the traces of an event log as rows of strings; at least one chunk.

    A later chunk can have more columns than an earlier one. Refused: a trace with an event that has no
    `concept:name` (`event_without_name`), one in which two values fall on the same column (`name_clash`), and
    one with spoilt values (see `values.checked_chunk`). Raises `UnreadableFileError` for a file that is no
    XES, breaks off, has events outside its traces, or declares a document type, as that may reach for other
    files.
    """
    with opened(filesystem, path) as raw:
        columns: dict[str, None] = {}
        rows: list[dict[str, str]] = []
        numbers: list[int] = []
        refusals: list[Refusal] = []
        waiting = True
        for number, trace in enumerate(_traces(raw, path, options.encoding), start=1):
            try:
                row = _row(trace)
            except _BadTraceError as error:
                rule, value = error.args
                refusals.append(Refusal(number, rule, value[:VALUE_CHARS]))
            else:
                columns |= dict.fromkeys(row)
                rows.append(row)
                numbers.append(number)
            if number % _TRACES == 0:
                waiting = False
                yield _chunk(rows, numbers, refusals, checked_headers(list(columns), path))
                rows, numbers, refusals = [], [], []
        if waiting or rows or refusals:
            yield _chunk(rows, numbers, refusals, checked_headers(list(columns), path))


def _traces(raw: Any, path: str, encoding: str | None) -> Iterator[Any]:
    """Yield each `trace` element, and free it and what stands before it when the next is asked for."""
    parser = etree.iterparse(
        raw,
        events=("start", "end"),
        tag=("{*}log", "{*}trace"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,  # values up to 10 MB, 256 levels
        remove_comments=True,
        remove_pis=True,
        encoding=declared_encoding(encoding).encoding if encoding else None,
    )
    seen_log = False
    try:
        for event, element in parser:
            is_log = etree.QName(element).localname == "log"
            if event == "start" and is_log and not seen_log:
                seen_log = True
                _refuse_document_type(element, path)
            elif event == "end" and is_log:
                _refuse_loose_events(element, path)
            elif event == "end":
                yield element
                _free(element, path)
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(
            f"the XML is damaged or breaks off ({error.msg})", where=path, next_step=f"{AGAIN}, whole."
        ) from error
    if not seen_log:
        raise UnreadableFileError(
            "it is XML but no XES event log", where=path, next_step="Deliver XES, or another known format."
        )


def _refuse_document_type(log: Any, path: str) -> None:
    if log.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFileError(
            "it declares a document type, which XES has none of and which may reach for other files",
            where=path,
            next_step="Remove the DOCTYPE line after checking where the file came from.",
        )


def _refuse_loose_events(log: Any, path: str) -> None:
    if log.find("{*}event") is not None:
        raise UnreadableFileError(
            "it has events outside of traces, which belong to no booking",
            where=path,
            next_step="Ask the source for a log with one trace a booking.",
        )


def _free(trace: Any, path: str) -> None:
    log = trace.getparent()
    trace.clear()
    if log is not None:
        _refuse_loose_events(log, path)
        del log[: log.index(trace) + 1]


def _row(trace: Any) -> dict[str, str]:
    row: dict[str, str] = {}
    times: Counter[str] = Counter()
    for child in trace:
        if etree.QName(child).localname == "event":
            event = _attributes(child)
            name = event.pop(_NAME, "")
            if not name.strip():
                raise _BadTraceError("event_without_name", json.dumps(event, ensure_ascii=False))
            times[name] += 1
            column = name if times[name] == 1 else f"{name} {times[name]}"
            _put(row, column, event.pop(_TIME, ""))
            for key, value in event.items():
                _put(row, f"{column}.{key}", value)
        else:
            for key, value in _flat(child, ""):
                _put(row, key, value)
    return row


def _attributes(event: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in event:
        for key, value in _flat(child, ""):
            _put(found, key, value)
    return found


def _put(row: dict[str, str], column: str, value: str) -> None:
    if column in row:
        raise _BadTraceError("name_clash", column)
    row[column] = value


def _flat(attribute: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield key and text of an attribute and of those inside it."""
    key = prefix + attribute.get("key", "")
    if etree.QName(attribute).localname == "list":
        values = attribute.iterfind("{*}values/*")
        yield key, json.dumps([value.get("value", "") for value in values], ensure_ascii=False)
        return
    yield key, attribute.get("value", "")
    for child in attribute:
        yield from _flat(child, f"{key}.")


def _chunk(rows: list[dict[str, str]], numbers: list[int], refusals: list[Refusal], columns: list[str]) -> Chunk:
    texts = [pa.array([row.get(column) or None for row in rows], pa.string()) for column in columns]
    schema = pa.schema([(column, pa.string()) for column in columns])
    batch = pa.RecordBatch.from_arrays(texts, schema=schema)
    batch, kept = without_empty_rows(batch, pa.array(numbers, pa.int64()))
    return checked_chunk(batch, kept, refusals=refusals)
