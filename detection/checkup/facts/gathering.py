"""All facts of a period, read a few days at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from data.home import Home
from data.lake import Lake
from data.progress import Progress, Silent
from detection.checkup.facts import refusing, serving, supplying
from detection.checkup.facts.span import Span, spans

#: facts of each stretch of days, in the order in which they are read
DAILY: dict[str, Callable[[Span], pd.DataFrame]] = {
    "services": serving.services,
    "gaps": serving.gaps,
    "soundness": serving.soundness,
    "stretches": serving.stretches,
    "windows_seen": serving.windows_seen,
    "occupation": serving.occupation,
    "bookings": supplying.bookings,
    "quotas": supplying.quotas,
    "sold_out": supplying.sold_out,
    "refusals": refusing.refusals,
}


@dataclass(frozen=True)
class Facts:
    """What a period showed; each frame as the function of `facts/` that has its name says."""

    services: pd.DataFrame
    gaps: pd.DataFrame
    soundness: pd.DataFrame
    stretches: pd.DataFrame
    windows_seen: pd.DataFrame
    occupation: pd.DataFrame
    bookings: pd.DataFrame
    quotas: pd.DataFrame
    sold_out: pd.DataFrame
    refusals: pd.DataFrame
    seekers: pd.DataFrame


def gather(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    first: date,
    last: date,
    progress: Progress | None = None,
) -> Facts:
    """The facts of these days; memory is that of a stretch of days and the sums."""
    bar = progress or Silent()
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in DAILY}
    stretches = spans(home, connection, first, last)
    bar.start("Reading days", sum((span.last - span.first).days + 1 for span in stretches))
    for span in stretches:
        serving.prepare(span)
        for name, read in DAILY.items():
            parts[name].append(read(span))
        bar.advance((span.last - span.first).days + 1, str(span.last))
    whole = Span(connection, Lake.of(home), home.settings.timezone, first, last)
    frames = {name: pd.concat(found, ignore_index=True) for name, found in parts.items()}
    return Facts(**frames, seekers=refusing.seekers(whole))
