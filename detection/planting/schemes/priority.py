"""Priority: an ordinary client is called past the others and given a class on record that permits it."""

import pyarrow as pa

from data.errors import UserError
from detection.planting.scheme import Clients, Scheme, anybody, with_values
from features.order import RECALL, RETURNING


def _record(bookings: pa.Table, clients: Clients) -> pa.Table:
    given = pa.repeat(_usual_class(bookings), clients.row.size)
    return with_values(bookings, "priority_class", clients.row, given)


def _usual_class(bookings: pa.Table) -> str:
    """The class that the log gives most often, the first by name among equals; not one that excuses a second call."""
    counts = bookings["priority_class"].drop_null().value_counts().to_pylist()
    counts = [one for one in counts if one["values"] not in {RECALL, RETURNING}]
    if not counts:
        raise UserError(
            f"the log knows no priority class but {RECALL} and {RETURNING}",
            where="bookings",
            next_step="Plant another scheme.",
        )
    return str(min(counts, key=lambda one: (-one["counts"], one["values"]))["values"])


SCHEME = Scheme(
    name="priority",
    meaning="an ordinary client is given the log's most usual priority class and called past the others",
    needs=("checked_in_at", "called_at", "clerk_id", "priority_class"),
    able=anybody,
    record=_record,
)
