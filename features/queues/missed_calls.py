"""Recalls whose missed call was itself out of turn.

Who is called, is not there, and comes back is let past those who wait. That costs nobody anything where the missed call
was in turn. A call made past waiting people, missed at once and followed by a recall, is a jump with a recorded reason.
"""

import numpy as np

from features.queues.lines import Ints, Lines, compiled, one_queue
from features.queues.overtaking import covered, share_out

#: of a booking whose check-in is later than its missed call: where it stood at that call is not known
UNKNOWN = -1


def passed_since_missed_call(lines: Lines) -> Ints:
    """Per booking, in the order of `Calls`: people entitled earlier who were waiting as its missed call was made and
    were waiting still as it was called again; 0 of who missed none, `UNKNOWN`.

    Whom its credit covers, and who had missed a call themselves by then, is not counted.
    """
    found = np.zeros(lines.row.size, np.int64)
    share_out(lines.starts, lambda part: _count(lines, found, part))
    return found


@compiled
def _count(lines: Lines, found: Ints, part: tuple[int, int]) -> None:
    for number in range(part[0], part[1]):
        queue = one_queue(lines, number)
        for place in range(queue.rank.size):
            missed, row = queue.missed[place], queue.row[place]
            if missed > queue.called[place]:
                continue
            if queue.present[place] > missed:
                found[row] = UNKNOWN
                continue
            for other in range(queue.first[place]):
                waited = queue.present[other] <= missed < queue.missed[other]
                if waited and queue.called[other] > queue.called[place] and not covered(queue, place, other):
                    found[row] += 1
