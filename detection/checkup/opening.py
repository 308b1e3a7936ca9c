"""When the windows of a centre are open: as its roster says, or, without one, as they were seen working."""

import numpy as np
import pandas as pd

#: a stretch that begins or ends within so long of the usual hour is read as the usual one (s): a roster is signed off
#: when the last one leaves, which adds nothing to the hours that citizens are offered
OVERRUN_S = 60 * 60
EARLY_S = 15 * 60
#: a window that was served at on fewer than this share of its rostered days is on paper only
REALLY_USED = 0.2
#: without a roster the hall opens and closes when most of its windows have begun and ended by
USUAL = (0.05, 0.95)
COLUMNS = ["service_day", "window_id", "clerk_id", "items", "opens", "closes", "place", "busy_s", "turns", "last_end"]


def opening(stretches: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """The stretches in which the windows of one centre are open, with the columns `COLUMNS`, in seconds of the day.

    `stretches`, `seen`: the centre's rows of `facts.serving.stretches` and `facts.serving.windows_seen`. `items` is a
    tuple; of all items: those that the window was seen to serve. Windows on paper only are left out, see `on_paper`.
    """
    if stretches.empty:
        return _seen(seen)
    used = stretches[~stretches["window_id"].isin(on_paper(stretches))]
    usual_open, usual_close = (_usual(used, name) for name in ("opens", "closes"))
    opens = used["opens"].where((used["opens"] - usual_open).abs() > EARLY_S, usual_open)
    late = used["closes"] - usual_close
    closes = used["closes"].where((late < 0) | (late > OVERRUN_S), usual_close)
    served = seen.groupby("window_id")["items"].agg(_all_items)
    items = pd.Series(
        [_items(named, served.get(window)) for named, window in zip(used["items"], used["window_id"], strict=True)],
        index=used.index,
        dtype=object,
    )
    rows = used.assign(opens=opens, closes=closes, items=items)
    return rows[rows["closes"] > rows["opens"]][COLUMNS].reset_index(drop=True)


def on_paper(stretches: pd.DataFrame) -> list[str]:
    """Windows that the roster opens and that were hardly ever served at."""
    if stretches.empty:
        return []
    daily = stretches.groupby(["window_id", "service_day"])["turns"].sum() > 0
    share = daily.groupby("window_id").mean()
    return sorted(share.index[share < REALLY_USED])


def _usual(stretches: pd.DataFrame, name: str) -> "pd.Series[float]":
    """For each stretch the time, to the minute, that its place in the day has most often; the first of several."""
    rows = stretches[["window_id", "place"]].assign(minute=stretches[name] // 60 * 60)
    often = rows.groupby(["window_id", "place", "minute"]).size().reset_index(name="days")
    first = often.sort_values(["days", "minute"], ascending=[False, True]).drop_duplicates(["window_id", "place"])
    usual = rows.merge(first, on=["window_id", "place"], how="left", suffixes=("", "_usual"))["minute_usual"]
    return pd.Series(usual.to_numpy(), index=stretches.index)


def _all_items(lists: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({item for items in lists for item in items}))


def _items(named: object, served: tuple[str, ...] | None) -> tuple[str, ...]:
    if isinstance(named, np.ndarray | list) and len(named):
        return tuple(sorted(map(str, named)))
    return served or ()


def _seen(seen: pd.DataFrame) -> pd.DataFrame:
    """Windows that served on a day are open from the usual opening to the usual closing, but for their pause."""
    if seen.empty:
        return pd.DataFrame(columns=COLUMNS)
    opens, closes = seen["first_call"].quantile(USUAL[0]), seen["last_end"].quantile(USUAL[1])
    served = seen.groupby("window_id")["items"].agg(_all_items)
    rows = seen.assign(items=seen["window_id"].map(served), opens=opens, closes=closes)
    paused = rows[rows["pause_from"].notna()]
    whole = rows[rows["pause_from"].isna()].assign(place=1)
    before = paused.assign(closes=paused["pause_from"], place=1)
    # what was done that day is told of the last stretch: only its sum is used
    after = paused.assign(opens=paused["pause_to"], place=2)
    empty = before.assign(busy_s=0.0, turns=0, last_end=np.nan)
    found = pd.concat([whole, empty, after], ignore_index=True)
    return found[found["closes"] > found["opens"]][COLUMNS].reset_index(drop=True)
