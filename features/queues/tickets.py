"""Ticket order against check-in order: a check-in time that was moved back leaves its ticket number behind."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.schema import INSTANT
from features.queues.lines import NEVER, Calls
from features.queues.overtaking import count_overtakes, line_up


def tickets_contradicted(bookings: pa.Table) -> pa.Array:
    """Per booking of one service day: people of its centre with a lower ticket number and a later check-in.

    The hall machine's numbers form one line a centre, so this is the overtake kernel asked another question: who
    stands later in the line of tickets and yet checked in earlier. Null without ticket number or check-in.
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
    everyone = np.zeros(assessed.size, np.int64)
    everyone[assessed] = count_overtakes(lines).passed
    return pa.array(everyone, mask=~assessed)
