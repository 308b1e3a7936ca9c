"""Tables in parts of whole centres, for work in which no centre needs to know of another."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from features.arrays import group_codes

#: rows above which tables are dealt into parts: below, threads cost more than they save. What is worked on fits into
#: the processor's own memory at that size, too
PART_ROWS = 1 << 17


def parts_of(*tables: pa.Table) -> Iterator[tuple[pa.Table, ...]]:
    """The rows of all tables, dealt by `centre_id` into parts of about `PART_ROWS` together; few rows are one part.

    Each part has the rows of some centres from every table, in the order in which they stand there.
    """
    if sum(table.num_rows for table in tables) <= PART_ROWS:
        yield tables
        return
    tables = tuple(table.combine_chunks() for table in tables)  # in many chunks a row takes four times as long to find
    centre = group_codes(pa.concat_tables([table.select(["centre_id"]) for table in tables]), ["centre_id"])
    number = np.bincount(centre)
    # of 16 bits: these are sorted without comparing any two
    part = ((np.cumsum(number) - number) // PART_ROWS).astype(np.uint16)[centre]
    dealt = []
    for table, of_row in zip(tables, np.split(part, np.cumsum([table.num_rows for table in tables])[:-1]), strict=True):
        order = np.argsort(of_row, kind="stable")
        dealt.append((table, order, of_row[order]))
    for number_of_part in np.unique(part):
        yield tuple(
            table.take(pa.array(order[slice(*np.searchsorted(of_row, [number_of_part, number_of_part + 1]))]))
            for table, order, of_row in dealt
        )
