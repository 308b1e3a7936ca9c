"""What a planted scheme is: for whom it can be done, and what it leaves in the record beside the moved call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detection.planting.jumps import Jumps
from features.queues.lines import Bools, Ints


class Clients(NamedTuple):
    """The clients of jumps: their rows among the bookings, and the jumps."""

    row: Ints
    jumps: Jumps


@dataclass(frozen=True)
class Scheme:
    """A way of jumping the queue that a log can be made to show.

    `needs`: the columns without values in which it cannot be planted; `able`: which of the clients it can be done for;
    `record`: the bookings with what was falsified for these clients, whose calls have been moved.
    """

    name: str
    meaning: str
    needs: tuple[str, ...]
    able: Callable[[pa.Table, Clients], Bools]
    record: Callable[[pa.Table, Clients], pa.Table]


def anybody(bookings: pa.Table, clients: Clients) -> Bools:
    """It can be done for every client."""
    return np.ones(clients.row.size, np.bool_)


def with_values(bookings: pa.Table, column: str, row: Ints, values: pa.Array) -> pa.Table:
    """The bookings with these values in one column of these rows."""
    place = bookings.schema.get_field_index(column)
    mask = np.zeros(bookings.num_rows, np.bool_)
    mask[row] = True
    in_order = values.cast(bookings.schema.field(place).type).take(pa.array(np.argsort(row)))
    changed = pc.replace_with_mask(bookings[column].combine_chunks(), pa.array(mask), in_order)
    return bookings.set_column(place, bookings.schema.field(place), changed)
