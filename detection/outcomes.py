"""What became of each flag on a night's bookings, and which of them fire on more than they say that they do.

A flag states the share of innocent bookings that may show it (`rare`), and scores lean on that. Where far more show it,
either the hall is worse than any was, or the flag does not fit it: both are to be looked at before its cases are.
"""

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import bdtrc

from detection.flag import all_flags

#: a flag warns where bookings that fire independently, at the stated share, would do so as often as these, or more
#: often, with this probability: one night in thirty if thirty flags all lay just at their share
WARN_AT = 1e-3

#: per flag: bookings by outcome, and what is made of them
Outcomes = dict[str, dict[str, int | float | bool | None]]
KINDS = ("fired", "passed", "not_assessed")


def outcomes(findings: pa.Table) -> Outcomes:
    """Per flag, on how many bookings of these findings it `fired`, `passed`, or could not be assessed, and `judged`."""
    found = {}
    for code in all_flags():
        if f"{code}_fired" in findings.schema.names:
            fired = findings[f"{code}_fired"]
            yes, unknown = int(pc.sum(fired).as_py() or 0), fired.null_count
            found[code] = judged(code, yes, len(fired) - yes - unknown, unknown)
    return found


def judged(code: str, fired: int, passed: int, not_assessed: int) -> dict[str, int | float | bool | None]:
    """These counts with the `share` of the assessed on which it fired (null: none was), the share that it has `stated`,
    and whether it is `too_common`: it fired on more, and by `WARN_AT` on more than the like of it would by themselves.

    The exact upper tail of the binomial distribution: of 30 bookings at a stated share of 1 %, one or two say nothing.
    """
    assessed, stated = fired + passed, all_flags()[code].rare
    share = fired / assessed if assessed else None
    too_common = share is not None and share > stated and bool(bdtrc(fired - 1, assessed, stated) <= WARN_AT)
    counts = dict(zip(KINDS, (fired, passed, not_assessed), strict=True))
    return {**counts, "share": share, "stated": stated, "too_common": too_common}


def together(nights: Iterable[Mapping[str, Mapping[str, int | float | bool | None]]]) -> Outcomes:
    """The outcomes of several nights as if they were one; of flags that some of them lack, those that have them."""
    sums: dict[str, list[int]] = {}
    for night in nights:
        for code, counts in night.items():
            if code in all_flags():  # one that has been given up since says nothing of today
                before = sums.get(code, [0] * len(KINDS))
                sums[code] = [known + int(counts[kind] or 0) for known, kind in zip(before, KINDS, strict=True)]
    return {code: judged(code, *counts) for code, counts in sorted(sums.items())}


def warnings(found: Outcomes) -> list[str]:
    """A sentence for each flag that fires too often."""
    return [
        f"{code} ({all_flags()[code].name.en}) fires on {counts['share']:.2%} of the bookings that it could assess "
        f"({counts['fired']:,}) and states {counts['stated']:.2%} of innocent ones. One busy ring may be behind it, or "
        f"a flag that does not fit this hall: inturn flags --explain {code}, docs/operations.md"
        for code, counts in found.items()
        if counts["too_common"]
    ]
