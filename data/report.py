"""What an ingest did, per file: the figures that must add up, and why rows were refused."""

from collections import Counter
from dataclasses import dataclass, field

from data.upsert import Stored


@dataclass
class FileReport:
    """One delivered file. `read` is `accepted` + `rejected` + `left_out`; `unchanged`: it was ingested before.

    `reading` is the digest of everything besides the file that decides how its rows are read. `reread`: the file as it
    was read last, read another way; `unaltered`: under its name nothing but these bytes was ever read.
    """

    table: str
    file: str
    size: int
    sha256: str
    reading: str
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    left_out: int = 0
    unchanged: bool = False
    reread: bool = False
    unaltered: bool = True
    warned: Counter[str] = field(default_factory=Counter)
    unused_headers: list[str] = field(default_factory=list)
    not_delivered: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Refused:
    """How many rows of a table broke one rule, with the first of them."""

    table: str
    rule: str
    column: str | None
    rows: int
    file: str
    row_number: int
    value: str | None

    def __str__(self) -> str:
        """How often, which rule, and where first."""
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        first = f"first in {self.file}, row {self.row_number}: {self.value!r}"
        return f"{rows}: {self.rule} in {self.column or 'the row'}, {first}"


@dataclass
class IngestReport:
    """A whole ingest."""

    run_id: str
    source: str
    mapping: str
    files: list[FileReport] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    stored: dict[str, Stored] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)

    def total(self, figure: str) -> int:
        """The sum of one figure over the files."""
        return sum(getattr(file, figure) for file in self.files)

    def counts(self) -> dict[str, dict[str, int]]:
        """Rows read, accepted, rejected and left out per table."""
        figures = ("read", "accepted", "rejected", "left_out")
        return {
            table: {f: sum(getattr(file, f) for file in self.files if file.table == table) for f in figures}
            for table in sorted({file.table for file in self.files})
        }
