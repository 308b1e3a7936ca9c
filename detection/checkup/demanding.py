"""How much more was asked for than there was."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Demand:
    """Null where it cannot be said. `refused`: attempts a day that found no slot; `seekers`: identified citizens who
    found none, `again_and_again` of them tried three times and more on several days; `releases` of slots, the share
    `sold_out` of them, and how many seconds that took (median); `early`: tickets a day that were taken before the first
    call by people without an hour, as after a night in the queue."""

    refused: float | None
    seekers: int | None
    again_and_again: int | None
    releases: int
    sold_out: float | None
    sold_out_s: float | None
    early: float


def demand(days: pd.DataFrame, sold_out: pd.DataFrame, seekers: pd.DataFrame) -> Demand:
    """Of one centre; `days`: from `balance.by_day`, `sold_out` and `seekers`: its rows of the facts of that name."""
    refused = days["refused"].mean()
    known = not seekers.empty
    gone = sold_out["seconds"].dropna()
    return Demand(
        refused=None if pd.isna(refused) else float(refused),
        seekers=int(seekers["seekers"].iloc[0]) if known else None,
        again_and_again=int(seekers["again_and_again"].iloc[0]) if known else None,
        releases=len(sold_out),
        sold_out=len(gone) / len(sold_out) if len(sold_out) else None,
        sold_out_s=float(gone.median()) if len(gone) else None,
        early=float(days["early"].mean()) if len(days) else 0.0,
    )
