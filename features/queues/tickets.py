"""Ticket order against check-in order.

A check-in time that was moved back leaves its ticket number behind; a ticket that was taken for somebody who comes
later runs ahead of the check-in.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.schema import INSTANT
from features.queues.lines import NEVER, Calls
from features.queues.overtaking import count_overtakes, line_up


def against_tickets(bookings: pa.Table) -> dict[str, pa.Array]:
    """Two counts per booking of one service day; null without ticket number or check-in.

    `tickets_contradicted`: people of its centre with a lower ticket number and a later check-in; `tickets_predated`:
    those with a higher number and an earlier one. The hall machine's numbers form one line a centre, so this is the
    overtake kernel asked another question: who stands later in the line of tickets and yet checked in earlier.
    """
    assessed = pc.and_(pc.is_valid(bookings["ticket_no"]), pc.is_valid(bookings["checked_in_at"])).to_numpy()
    known = bookings.filter(assessed)
    rows = known.num_rows
    centre = pc.rank(known["centre_id"], tiebreaker="dense") if rows else pa.array([], pa.int64())
    lines = line_up(
        Calls(
            queue=np.asarray(centre).astype(np.int64),
            rank=known["ticket_no"].to_numpy(),
            present=np.full(rows, -NEVER, np.int64),
            called=known["checked_in_at"].cast(INSTANT).cast(pa.int64()).to_numpy(),
            missed=np.full(rows, NEVER, np.int64),
            credit=np.zeros(rows, np.int64),
            excused=np.zeros(rows, np.bool_),
        )
    )
    counts = count_overtakes(lines)
    found = {"tickets_contradicted": counts.passed, "tickets_predated": counts.passed_by}
    everyone = np.zeros((len(found), assessed.size), np.int64)
    everyone[:, assessed] = list(found.values())
    return {name: pa.array(column, mask=~assessed) for name, column in zip(found, everyone, strict=True)}
