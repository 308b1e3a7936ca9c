"""Whether what stopped in one place began in another: action that was taken moves some of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from detection.checkup.trending import Change

#: so long after the fall in one place the rise in another belongs to it; it may be seen some days before
AFTER, BEFORE = timedelta(days=21), timedelta(days=7)
#: the rise is at least this part of the fall
PART = 0.5


@dataclass(frozen=True)
class Displaced:
    """What `fell` in one place (a clerk, a centre) `rose` in another at about the same time."""

    source: str
    fell: Change
    target: str
    rose: Change


def displaced(found: Mapping[str, Sequence[Change]]) -> list[Displaced]:
    """Pairs of a fall and a rise of the same series in different places; `found`: changes by place."""
    falls = [(place, change) for place, own in found.items() for change in own if not change.raised]
    rises = [(place, change) for place, own in found.items() for change in own if change.raised]
    return [
        Displaced(source, fell, target, rose)
        for source, fell in falls
        for target, rose in rises
        if source != target
        and fell.what == rose.what
        and fell.day - BEFORE <= rose.day <= fell.day + AFTER
        and rose.after - rose.before >= PART * (fell.before - fell.after)
    ]
