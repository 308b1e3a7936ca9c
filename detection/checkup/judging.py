"""The verdict on every centre, with the share of false ones held over all of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import false_discovery_control

from detection.checkup.balance import LEAST_SHARE
from detection.checkup.centre import Checkup, Verdict
from detection.checkup.displacing import displaced
from detection.checkup.peering import beside


def judged(found: Sequence[Checkup], rate: float) -> list[Checkup]:
    """The check-ups with verdict, q-value and what their peers show.

    Withheld: the whole 95 % interval of what is let in lies below `LEAST_SHARE` of the capacity, on enough days, the
    false-discovery share (Benjamini and Hochberg 1995) is at most `rate`, and people were turned away on most days.
    """
    assessed = [one for one in found if one.balance is not None]
    q_values = dict(
        zip(
            (one.centre_id for one in assessed),
            false_discovery_control(np.array([one.balance.p for one in assessed if one.balance])) if assessed else (),
            strict=True,
        )
    )
    moved = displaced(
        {one.centre_id: [change for change in one.changes if change.what == "off_quota"] for one in found}
    )
    found = [
        replace(one, displaced=(*one.displaced, *(way for way in moved if one.centre_id in {way.source, way.target})))
        for one in found
    ]
    parts = {one.centre_id: (one.capacity, one.balance) for one in assessed if one.capacity and one.balance}
    return [
        replace(
            one,
            q=float(q_values[one.centre_id]),
            verdict=_verdict(one, float(q_values[one.centre_id]), rate),
            beside=beside(one.centre_id, parts),
        )
        if one.centre_id in parts
        else one
        for one in found
    ]


def _verdict(one: Checkup, q: float, rate: float) -> Verdict:
    if one.balance is None:
        return "not_assessed"
    below = one.balance.share_high < LEAST_SHARE and q <= rate
    return "withheld" if below and one.balance.is_pressed else "adequate"
