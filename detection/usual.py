"""What is usual: how many innocent bookings of a centre's earlier nights showed how much of each flag.

Each night leaves a summary of itself (table `usual`), in which a booking counts as much as it is likely to be innocent,
so that who has been cheating for weeks does not make cheating look usual. Before a centre has shown enough, the share
that the flag itself declares (`rare`) stands for it.
"""

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.lake import Lake
from data.stored.table import DAY
from data.tables import LAKE
from detection.flag import Flag

Reals = npt.NDArray[np.float64]

#: bookings that a flag's declared share counts as, beside those that a centre has shown: about a fortnight of a hall
#: with 300 a day, so that a month of its own outweighs the declaration
PSEUDO_BOOKINGS = 3_000

#: the name under which the scores themselves are summed up, beside the flags
SCORE = "score"

#: digits to which values are told apart
DIGITS = 3


@dataclass(frozen=True)
class Compared:
    """Each booking's value compared with what is usual at its centre.

    `share`: of innocent bookings, those on which the flag fires. `expected`: their mean value, null before a centre
    has shown any. `p`: the share of them that show as much or more; 1 where the flag does not fire, null where the
    value is. `innocent`: how many innocent bookings of the centre's earlier nights all this is taken over.
    """

    share: Reals
    expected: Reals
    p: Reals
    innocent: Reals


class Usual:
    """The summaries of the nights from `first` to `last`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, lake: Lake, first: date, last: date) -> None:
        # sums of reals in the order of the days, so that a rerun gives the same bytes
        rows = connection.execute(
            f"""SELECT centre_id, flag, value, sum(bookings)::BIGINT AS bookings,
                    sum(innocent ORDER BY service_day) AS innocent, sum(total ORDER BY service_day) AS total
                FROM {lake.sql("usual", first, last)} GROUP BY ALL ORDER BY flag, centre_id, value"""
        ).df()
        self._flags = dict(tuple(rows.groupby("flag", sort=False)))
        self._none = rows.iloc[:0]

    def compared(self, flag: Flag, centre: "pd.Series[str]", value: Reals) -> Compared:
        """Values of a flag compared with what is usual; `centre` and `value` (null: not assessed), a row a booking."""
        known = self._flags.get(flag.code, self._none)
        sums = known[known["value"].isna()].set_index("centre_id")[["innocent", "total"]]
        showed = known[known["value"].notna()]
        fired = showed.groupby("centre_id")["innocent"].sum()
        assessed, total, before = (_of(centre, column) for column in (sums["innocent"], sums["total"], fired))
        share = (PSEUDO_BOOKINGS * flag.rare + before) / (PSEUDO_BOOKINGS + assessed)
        with np.errstate(invalid="ignore"):
            expected = np.where(assessed > 0, total / assessed, np.nan)
        fires = np.asarray(flag.fires(value)) & ~np.isnan(value)
        p = np.where(np.isnan(value), np.nan, 1.0)
        as_much = _as_much(_strength(flag, value[fires]), centre[fires], _strength(flag, showed["value"]), showed)
        prior = PSEUDO_BOOKINGS * flag.rare * _beyond(flag, value[fires])
        p[fires] = np.minimum((prior + as_much) / (PSEUDO_BOOKINGS + assessed[fires]), share[fires])
        return Compared(share, expected, p, assessed)

    def rank(self, centre: "pd.Series[str]", score: Reals) -> Reals | None:
        """Conformal p-values of scores: the share of innocent bookings, this one included, that score as high.

        A centre with fewer than `PSEUDO_BOOKINGS` of its own is compared with all. None where no night is known.
        Source: Vovk, Gammerman, Shafer (2005), Algorithmic Learning in a Random World.
        """
        known = self._flags.get(SCORE, self._none)
        if known.empty:
            return None
        assessed = known[known["value"].isna()].set_index("centre_id")["innocent"]
        everyone = known.assign(centre_id="")
        own = _of(centre, assessed) >= PSEUDO_BOOKINGS
        where = centre.where(own, "")
        rows = pd.concat([known, everyone])
        rows = rows[rows["value"].notna()].sort_values(["centre_id", "value"], kind="stable")
        as_much = _as_much(coarse(score), where, rows["value"].to_numpy(), rows)
        whole = np.where(own, _of(centre, assessed), assessed.sum())
        return np.where(score > 0, np.minimum((1 + as_much) / (1 + whole), 1.0), 1.0)


def coarse(value: Reals) -> Reals:
    """Values to `DIGITS` significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = 10.0 ** (np.floor(np.log10(np.abs(value))) - DIGITS + 1)
        rounded = np.where(value == 0, 0.0, np.round(value / unit) * unit)
    return np.asarray(rounded, np.float64)


def summed_up(
    day: date, centre: "pd.Series[str]", innocence: Reals, values: dict[str, tuple[Reals, Reals]]
) -> pa.Table:
    """The night's own summary, of the schema `usual`.

    `innocence`: how likely each booking is to be innocent; `values`: by flag, each booking's value (null: not assessed)
    and whether it fires.
    """
    codes, centres = pd.factorize(centre, sort=True)
    parts = []
    for flag, (value, fires) in values.items():
        assessed = np.flatnonzero(~np.isnan(value))
        fired = np.flatnonzero(~np.isnan(value) & fires.astype(bool))
        for rows, shown in ((assessed, np.full(assessed.size, np.nan)), (fired, coarse(value[fired]))):
            sums = _sums(codes[rows], shown, innocence[rows], innocence[rows] * value[rows])
            parts.append(sums | {"flag": np.full(sums["centre"].size, flag, object)})
    table = {name: pa.array(np.concatenate([part[name] for part in parts]), from_pandas=True) for name in parts[0]}
    table["centre_id"] = pa.array(centres, pa.string()).take(table["centre"])
    table[DAY] = pa.repeat(pa.scalar(day), len(table["centre"]))
    schema = LAKE["usual"].schema
    return pa.table([table[name] for name in schema.names], names=schema.names).cast(schema)


def _sums(centre: npt.NDArray[np.int64], shown: Reals, innocent: Reals, total: Reals) -> dict[str, np.ndarray]:
    """Sums over the bookings of each `centre`, as a number, that have `shown` the same value (null: all of them)."""
    kinds, kind = np.unique(shown, return_inverse=True)
    groups, group = np.unique(centre * kinds.size + kind, return_inverse=True)
    of, showed = np.divmod(groups, max(kinds.size, 1))
    return {
        "centre": of,
        "value": kinds[showed],
        "bookings": np.bincount(group, minlength=groups.size),
        "innocent": np.bincount(group, innocent, groups.size),
        "total": np.bincount(group, total, groups.size),
    }


def _of(centre: "pd.Series[str]", known: "pd.Series[float]") -> Reals:
    """Each booking's centre's figure, 0 where none is known."""
    found = centre.map(known).to_numpy(np.float64, na_value=0.0)
    return np.asarray(np.nan_to_num(found), np.float64)


def _strength(flag: Flag, value: Reals) -> Reals:
    """Values so that a greater one is the more suspicious."""
    return coarse(np.asarray(value, np.float64)) * (1.0 if flag.at_most is None else -1.0)


def _beyond(flag: Flag, value: Reals) -> Reals:
    """Of the innocent bookings on which a flag may fire, the share that shows as much, before any was seen.

    Counts thin out by the inverse square (Zipf's law, exponent 2), small times evenly.
    """
    limit = flag.threshold
    if limit <= 0:
        return np.ones(value.size)
    share = (limit / np.maximum(value, limit)) ** 2 if flag.at_most is None else value / limit
    return np.asarray(np.clip(share, 0.01, 1.0), np.float64)


def _as_much(strength: Reals, centre: "pd.Series[str]", shown: Reals, known: pd.DataFrame) -> Reals:
    """How many innocent bookings of each one's centre are known to have shown its strength or more."""
    past = pd.DataFrame({"centre_id": known["centre_id"].to_numpy(), "strength": shown})
    past["as_much"] = known["innocent"].to_numpy()
    past = past.sort_values(["centre_id", "strength"], ascending=[True, False], kind="stable")
    past["as_much"] = past.groupby("centre_id")["as_much"].cumsum()
    asked = pd.DataFrame({"centre_id": centre.to_numpy(), "strength": strength, "place": np.arange(strength.size)})
    if past.empty or asked.empty:
        return np.zeros(strength.size)
    found = pd.merge_asof(
        asked.sort_values("strength", kind="stable"),
        past.sort_values("strength", kind="stable"),
        on="strength",
        by="centre_id",
        direction="forward",
    )
    return found.sort_values("place")["as_much"].fillna(0.0).to_numpy()
