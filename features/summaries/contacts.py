"""Who booked with what, and who served it: the edges between identifiers, applicants and clerks."""

from collections.abc import Iterator

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.tables import LAKE
from features.night import Night
from features.queues.lines import Ints
from features.queues.rosters import ROSTERED_BY, rostered
from features.summary import summary

#: what different citizens may share
IDENTIFIERS = ("phone", "device_id", "ip", "agent_id")

#: days over which identifiers link bookings, the night's included
LINK_DAYS = 90

HOUR_S = 3600

#: where an edge leads besides its citizen
PLACE = ("centre_id", "service_code", "clerk_id", "window_id", "hour", "roster")

#: in the place of a citizen nobody identified; numbers of pseudonyms are not negative
NOBODY = -1

#: what a combined code may reach within 64 bits
LARGEST = 2**62


@summary(days=LINK_DAYS, reads={"bookings": 1, "centres": 1, **ROSTERED_BY})
def contacts(night: Night) -> pa.Table:
    """Per identifier, citizen, queue, clerk, window, hour and roster: the day's bookings, whatever became of them.

    `identifier` and `applicant`: numbers of pseudonyms (of the MD5 of an agent's id); `applicant` is null for a
    citizen nobody identified; `clerk_id`, `window_id`, `hour` (0 to 23, of the call, on the centre's clock) and
    `roster` (`features/queues/rosters.py`) are null where nobody served; `device`: of an address, the number of the
    device behind it; `onsite`: how many of the bookings were made on the premises. Sorted by kind and identifier. A row
    takes about 20 bytes on disk, nearly all of them for its numbers, which are random and cannot be told in fewer.
    """
    table, number = rostered(night), night.engine.number
    ids = {name: number(table[name].hexdigest("md5") if name == "agent_id" else table[name]) for name in IDENTIFIERS}
    rows = table.select(
        *(name for name in PLACE if name != "hour"),
        hour=clock_hour(table),
        applicant=number(table.applicant_id),
        onsite=(table.channel == "onsite").cast("int64"),
        **ids,
    )
    found = edges(night.engine.arrow(rows))
    return found.append_column("service_day", pa.repeat(pa.scalar(night.day), found.num_rows))


def clock_hour(bookings: ir.Table) -> ir.IntegerValue:
    """The hour of each call, 0 to 23, on the centre's clock."""
    return ((bookings.called_at.epoch_seconds() + bookings.utc_offset_s) // HOUR_S % 24).cast("int64")


def edges(rows: pa.Table) -> pa.Table:
    """The edges of bookings that have the columns `IDENTIFIERS`, `PLACE`, `applicant` and `onsite`.

    In NumPy: a union and a grouping by ten columns in the engine take five times as long.
    """
    schema = pa.schema([field for field in LAKE["contacts"].schema if field.name != "service_day"])
    rows = rows.combine_chunks()
    parts = [part.select(schema.names) for part in _by_kind(rows)]
    # in one piece: pieces may be stored in another order
    return pa.concat_tables([schema.empty_table(), *parts]).combine_chunks()


def _by_kind(rows: pa.Table) -> Iterator[pa.Table]:
    numbers = {name: pc.fill_null(rows[name], NOBODY).to_numpy() for name in ("applicant", *IDENTIFIERS)}
    place, onsite = _places(rows), rows["onsite"].to_numpy()
    for kind in sorted(IDENTIFIERS):
        ends = [place, numbers["applicant"], numbers[kind]]
        if kind == "ip":
            ends.insert(0, numbers["device_id"])
        known = np.flatnonzero(rows[kind].is_valid().to_numpy())
        row = known[np.lexsort([end[known] for end in ends])]
        first = np.ones(row.size, bool)
        first[1:] = np.any([np.diff(end[row]) != 0 for end in ends], axis=0)
        starts = np.flatnonzero(first)
        part = rows.select([*PLACE, "applicant", kind]).take(pa.array(row[starts])).rename_columns({kind: "identifier"})
        device = rows["device_id"].take(pa.array(row[starts])) if kind == "ip" else pa.nulls(starts.size, pa.int64())
        yield (
            part.append_column("kind", pa.repeat(kind, starts.size))
            .append_column("device", device)
            .append_column("bookings", pa.array(np.diff(starts, append=row.size)))
            .append_column("onsite", pa.array(np.add.reduceat(onsite[row], starts) if starts.size else starts))
        )


def _places(rows: pa.Table) -> Ints:
    """One number a row for all of `PLACE`, the same for the same place, ordered as the places are."""
    combined, size = np.zeros(rows.num_rows, np.int64), 1
    for name in PLACE:
        coded = rows[name].combine_chunks().dictionary_encode()
        rank = np.empty(len(coded.dictionary), np.int64)
        rank[pc.array_sort_indices(coded.dictionary)] = np.arange(1, rank.size + 1)
        codes = np.where(coded.is_valid(), np.append(rank, 0)[pc.fill_null(coded.indices, rank.size)], 0)
        if size * (rank.size + 1) > LARGEST:
            combined = np.unique(combined, return_inverse=True)[1].astype(np.int64)
            size = rows.num_rows
        combined, size = combined * (rank.size + 1) + codes, size * (rank.size + 1)
    return combined
