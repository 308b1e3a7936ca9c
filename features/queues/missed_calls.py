"""Missed calls that nobody could have answered, and those that were themselves out of turn.

Who is called, is not there, and comes back is let past those who wait. That costs nobody anything where the missed call
was in turn. A call made past waiting people, missed at once and followed by a recall, is a jump with a recorded reason.

A call that is struck off before anybody could have walked up clears the way for whoever is called next.
"""

from collections.abc import Collection

import numpy as np

from features.arrays import SECOND
from features.queues.lines import Bools, Calls, Ints, compiled
from features.queues.overtaking import ABSENT, Pairs, covers

#: nobody who is called stands at the window sooner
ANSWER_S = 20  # s; docs/sources.md, constants


def passed_since_missed_call(
    calls: Calls, pairs: Pairs, unlisted: Collection[int], returning: Bools
) -> tuple[Ints, Bools]:
    """Per booking, people entitled earlier who were waiting as its missed call was made and were waiting still as it
    was called again, 0 of who missed none; and whether that is known.

    Not counted are those whom its credit covers, who had missed a call by then, or whom one of the `returning` passed,
    who need not wait. Unknown where the booking checked in after its missed call, since nobody knows where it stood,
    and in queues whose pairs are `unlisted`.
    """
    missed = calls.missed <= calls.called
    found = np.zeros(missed.size, np.int64)
    _count(calls, pairs, missed & ~returning, found)
    known: Bools = ~missed | ((calls.present <= calls.missed) & ~np.isin(calls.queue, list(unlisted)))
    return found, known


def struck_off(calls: Calls, pairs: Pairs, unlisted: Collection[int]) -> tuple[Ints, Bools]:
    """Per booking, people passed as absent whose missed call was made less than `ANSWER_S` before its own call; and
    whether that is known, as it is not in queues whose pairs are `unlisted`.
    """
    since = calls.called[pairs.passer] - calls.missed[pairs.passed]
    at_once = (pairs.reason == ABSENT) & (since < ANSWER_S * SECOND)
    found = np.bincount(pairs.passer[at_once], minlength=calls.called.size)
    return found, ~np.isin(calls.queue, list(unlisted))


@compiled
def _count(calls: Calls, pairs: Pairs, asked: Bools, found: Ints) -> None:
    for number in range(pairs.passer.size):
        who, other = pairs.passer[number], pairs.passed[number]
        if asked[who] and calls.present[other] <= calls.missed[who] < calls.missed[other]:
            later = calls.rank[who] - calls.rank[other]
            found[who] += not covers(calls.credit[who], calls.credit[other], later)
