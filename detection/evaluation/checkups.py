"""Whether the check-ups see what a centre can serve, and which centres withhold."""

from dataclasses import dataclass

import pandas as pd

from detection.evaluation.inputs import Inputs
from detection.evaluation.ranking import Share, share


@dataclass(frozen=True)
class Checkups:
    """`centres` that were checked and whose capacity is known.

    `error`: median of |estimated - true| / true (null: none is known); `coverage`: the share of 95 % intervals that
    hold the truth; `found`: of the centres that withhold quota, those with that verdict; `accused`: of the others,
    those with it; `not_assessed`: centres of those nights without a verdict.
    """

    centres: int
    error: float | None
    coverage: Share | None
    found: Share | None
    accused: Share | None
    not_assessed: int


def checkups(inputs: Inputs) -> Checkups | None:
    """Measure each centre's longest check-up within these days; null where none was made."""
    if inputs.checkups.empty:
        return None
    rows = inputs.checkups.assign(days=inputs.checkups["to_day"] - inputs.checkups["from_day"])
    longest = rows.sort_values(["days", "to_day"]).groupby("centre_id").tail(1).set_index("centre_id")
    true = pd.Series(inputs.capacity, dtype=float).reindex(longest.index)
    known = longest[true.notna() & longest["capacity_per_day"].notna()]
    true = true[known.index]
    inside = (known["capacity_per_day_low"] <= true) & (true <= known["capacity_per_day_high"])
    error = (known["capacity_per_day"] - true).abs() / true
    assessed = longest[longest["verdict"] != "not_assessed"]
    withholds = assessed.index.isin(inputs.withheld)
    said = assessed["verdict"] == "withheld"
    everyone = set(inputs.bookings["centre_id"]) | inputs.withheld
    return Checkups(
        centres=len(known),
        error=float(error.median()) if len(known) else None,
        coverage=share(int(inside.sum()), len(known)),
        found=share(int((said & withholds).sum()), len(inputs.withheld)),
        accused=share(int((said & ~withholds).sum()), int((~withholds).sum())),
        not_assessed=len(everyone - set(assessed.index)),
    )
