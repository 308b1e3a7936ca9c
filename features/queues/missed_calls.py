"""Recalls whose missed call was itself out of turn.

Who is called, is not there, and comes back is let past those who wait. That costs nobody anything where the missed call
was in turn. A call made past waiting people, missed at once and followed by a recall, is a jump with a recorded reason.
"""

from collections.abc import Collection

import numpy as np

from features.queues.lines import NEVER, Bools, Calls, Ints
from features.queues.overtaking import Pairs


def passed_since_missed_call(
    calls: Calls, pairs: Pairs, unlisted: Collection[int], returning: Bools
) -> tuple[Ints, Bools]:
    """Per booking, people entitled earlier who were waiting as its missed call was made and were waiting still as it
    was called again, 0 of who missed none; and whether that is known.

    Whom its credit covers, and who had missed a call by then, is not counted, and nobody whom one of the `returning`
    passed, who need not wait. Unknown where the booking checked in
    after its missed call, since nobody knows where it stood, and in queues whose pairs are `unlisted`.
    """
    missed = calls.missed <= calls.called
    back = (missed & ~returning)[pairs.passer]
    who, other = pairs.passer[back], pairs.passed[back]
    at = calls.missed[who]
    waited = (calls.present[other] <= at) & (at < calls.missed[other]) & ~_covered(calls, who, other)
    found = np.bincount(who[waited], minlength=missed.size)
    known: Bools = ~missed | ((calls.present <= calls.missed) & ~np.isin(calls.queue, list(unlisted)))
    return found, known


def _covered(calls: Calls, who: Ints, other: Ints) -> Bools:
    """Whether what one has of credit beyond another covers how much later its rank is."""
    more = calls.credit[who] - calls.credit[other]
    endless = (calls.credit[who] == NEVER) & (more > 0)
    covered: Bools = endless | ((more > 0) & (calls.rank[who] - calls.rank[other] <= more))
    return covered
