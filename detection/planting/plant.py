"""From a real log to the same log with planted jumps, and the truth about them."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from data.log import Log, read_log
from data.progress import Progress, Silent
from data.source import Source, open_source
from detection.planting.hall import Planted, planted
from detection.planting.wish import Wish
from detection.planting.writing import planted_folder, write_marker, write_source
from features.order import NO_DISCIPLINE, Discipline


@dataclass(frozen=True)
class Planting:
    """What was read and planted.

    `mapping`: how the source was read; `clerks`, `days`, `days_short`, `passed` (summed), `moved`: as in `Planted`;
    `wished`: jumps, `planted`: how many of them were possible; `bookings`: in the log. `read`, `refused` (by table and
    rule), `left_out`, `repeated`: the source's rows, as in `Log`.
    """

    source: str
    mapping: str
    scheme: str
    per_day: int
    seed: int
    clerks: tuple[str, ...]
    days: int
    days_short: int
    wished: int
    planted: int
    passed: int
    moved: int
    bookings: int
    read: int
    refused: dict[str, int]
    left_out: int
    repeated: int


def plant(
    location: str,
    out: Path,
    wish: Wish,
    *,
    zone: str,
    mapping: str | None = None,
    progress: Progress | None = None,
) -> Planting:
    """Plant what is wished in the log at `location` and write it to `out`, a source in the contract's names.

    `zone`: of a source that names none. Days and tables that nothing was wished for are the source's own, as far as an
    ingest would accept their rows; identifiers are as readable as they were. The log is held in memory. Raises
    `UserError` where the source cannot be read, the wish does not fit it, or `out` holds something else.
    """
    wish.plan()
    source = open_source(location, mapping=mapping)
    zone = source.mapping.timezone or zone
    progress = progress or Silent()
    with planted_folder(out, source) as folder:
        log = read_log(source, zone=zone, progress=progress)
        progress.start(f"Planting {wish.scheme}", 2)
        discipline = cast(Discipline, source.mapping.discipline or NO_DISCIPLINE)
        hall = planted(log.tables["bookings"], wish, discipline=discipline)
        progress.advance(1, f"{len(hall.passed):,} jumps")
        write_source(folder, source, zone, log.tables | {"bookings": hall.bookings}, hall.truth)
        report = _report(source, log, wish, hall)
        write_marker(folder, asdict(report))
        progress.advance(1)
    return report


def _report(source: Source, log: Log, wish: Wish, hall: Planted) -> Planting:
    return Planting(
        source=source.name,
        mapping=source.mapping_name,
        scheme=wish.scheme,
        per_day=wish.per_day,
        seed=wish.seed,
        clerks=hall.clerks,
        days=hall.days,
        days_short=hall.days_short,
        wished=hall.days * wish.per_day,
        planted=len(hall.passed),
        passed=sum(hall.passed),
        moved=hall.moved,
        bookings=hall.bookings.num_rows,
        read=log.read,
        refused={f"{table}: {rule}": rows for (table, rule), rows in sorted(log.refused.items())},
        left_out=log.left_out,
        repeated=log.repeated,
    )
