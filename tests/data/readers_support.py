"""What the tests of the readers share: writing a file to a file system and reading it back."""

import gzip
from dataclasses import dataclass
from typing import Any

import fsspec
from fsspec import AbstractFileSystem

from data.readers import read_file
from data.readers.chunk import Chunk, ReadOptions, Refusal


@dataclass(frozen=True)
class Delivery:
    """What came out of a file: rows as dictionaries by row number, refusals, the chunks themselves."""

    rows: dict[int, dict[str, Any]]
    refusals: list[Refusal]
    chunks: list[Chunk]

    @property
    def columns(self) -> list[str]:
        return list(self.chunks[-1].rows.schema.names)

    @property
    def refused(self) -> list[tuple[int, str]]:
        return [(refusal.row_number, refusal.rule) for refusal in self.refusals]


def read_all(filesystem: AbstractFileSystem, path: str, **options: str) -> Delivery:
    chunks = list(read_file(filesystem, path, ReadOptions(**options)))
    rows = {}
    for chunk in chunks:
        assert len(chunk.row_numbers) == chunk.rows.num_rows
        for number, row in zip(chunk.row_numbers.to_pylist(), chunk.rows.to_pylist(), strict=True):
            assert number not in rows
            rows[number] = row
    refusals = [refusal for chunk in chunks for refusal in chunk.refusals]
    assert not rows.keys() & {refusal.row_number for refusal in refusals}
    return Delivery(rows, refusals, chunks)


def read_bytes(name: str, content: bytes, **options: str) -> Delivery:
    """Read `content` as if it had been delivered under `name`, which ends in `.gz` for it to be packed."""
    filesystem = fsspec.filesystem("memory")
    packed = gzip.compress(content) if name.endswith(".gz") else content
    return read_packed(filesystem, name, packed, **options)


def read_packed(filesystem: AbstractFileSystem, name: str, content: bytes, **options: str) -> Delivery:
    path = f"/readers/{name}"
    filesystem.pipe_file(path, content)
    return read_all(filesystem, path, **options)
