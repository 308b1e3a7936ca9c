"""A booking's wait beside those of its queue: in the same hour, and of the people who were entitled before it."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.arrays import HOUR_S, SECOND, group_codes, micros
from features.making.peers import share_below
from features.order import RANKS
from features.queues.lines import NEVER, Bools, Calls, Ints
from features.queues.overtaking import count_overtakes, line_up


def waits(bookings: pa.Table) -> dict[str, pa.Array]:
    """Two shares, 0 to 1, per booking of one service day; `bookings` with `utc_offset_s`.

    `waited_less`: of the other called bookings of its queue that were entitled in the same hour of the centre's
    clock, those that waited less since entitlement. `earlier_waited_longer`: of those of its queue that were entitled
    before it that day, those that waited longer. Null: never called, no check-in, or nobody to compare with.
    """
    known = pc.and_(pc.is_valid(bookings["checked_in_at"]), pc.is_valid(bookings["called_at"])).to_numpy()
    entitled = pc.fill_null(RANKS["entitlement"](bookings), 0).to_numpy()
    waited = micros(bookings["called_at"], 0) - entitled
    queue = group_codes(bookings, ["centre_id", "service_code"])
    hour = (entitled // SECOND + pc.fill_null(bookings["utc_offset_s"], 0).to_numpy()) // HOUR_S
    same_hour = group_codes(pa.table({"hour": hour}), ["hour"], within=queue)
    return {
        "waited_less": share_below(same_hour, waited, known),
        "earlier_waited_longer": _earlier_longer(queue, entitled, waited, known),
    }


def _earlier_longer(queue: Ints, entitled: Ints, waited: Ints, known: Bools) -> pa.Array:
    """The overtake kernel asked another question: who stands later in the line and yet waited less."""
    rows = int(known.sum())
    lines = line_up(
        Calls(
            queue=queue[known],
            rank=entitled[known],
            present=np.full(rows, -NEVER, np.int64),
            called=waited[known],
            missed=np.full(rows, NEVER, np.int64),
            credit=np.zeros(rows, np.int64),
            excused=np.zeros(rows, np.bool_),
        )
    )
    earlier = np.zeros(rows, np.int64)
    earlier[lines.row] = lines.first
    share = np.full(known.size, np.nan)
    share[known] = count_overtakes(lines).passed / np.where(earlier > 0, earlier, np.nan)
    return pa.array(share, from_pandas=True)
