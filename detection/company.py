"""What keeps suspected bookings of a centre company: how often each support stood beside each benefit there.

Of manipulated bookings, the share on which a support fires is unknown: it depends on how a centre's people go about it.
So a support begins with one half, and every night adds what was seen beside those whom it suspected: a Beta prior and
its posterior. Of innocent bookings, those that had the benefit may show the support more often than others do: whom a
class lets pass a whole hall has hardly waited. So its share begins as that of all innocent bookings, and every night
adds what was seen beside the innocent ones that had the benefit, at all centres: what goes together by nature does so
everywhere. A night weighs by what earlier nights saw alone, so that weights stay e-values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from scipy.special import betaln

from data.lake import Lake
from data.stored.table import DAY
from data.tables import LAKE
from detection.flag import Flag
from detection.lending import added, added_up
from detection.weighing import Finding, fits

Reals = npt.NDArray[np.float64]

#: suspected bookings that a support's fit of one half counts as
PSEUDO_SUSPECTED = 2.0
#: innocent bookings with a benefit that a support's share among all counts as: many, since whoever has manipulated for
#: a few days, and is not suspected yet, is taken for innocent
PSEUDO_INNOCENT = 1_000.0


#: what is summed up beside suspected bookings and beside innocent ones: those assessed, and those on which it fired
SUMS = ("suspected", "fired", "innocent", "innocent_fired")


@dataclass(frozen=True)
class Seen:
    """Of one support beside one benefit, per booking.

    `fit`: of manipulated bookings, the share on which it fires; `share`: of innocent ones that had the benefit, no less
    than of others. `told`: how much likelier the fits that it might have had, together, make what was seen beside
    suspected bookings than innocence does, a logarithm.
    """

    fit: Reals
    share: Reals
    told: Reals


class Company:
    """What the nights from `first` to `last` saw beside bookings with a benefit, suspected and innocent ones."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        lake: Lake,
        days: tuple[date, date],
        centre: "pd.Series[str]",
        since: pd.DataFrame,
    ) -> None:
        """`centre`: of each booking of the night; `since`: what is to be added by now (`Hindsight.company`)."""
        self._codes, self._centres = pd.factorize(centre, sort=True)
        sums = ", ".join(f"sum({name} ORDER BY service_day) AS {name}" for name in SUMS)
        rows = connection.execute(
            f"""SELECT centre_id, benefit, support, {sums}
                FROM {lake.sql("company", *days)} GROUP BY ALL ORDER BY ALL"""
        ).df()
        rows = added_up(rows, since, ["centre_id", "benefit", "support"])
        self._sums = {
            (str(benefit), str(support)): found.set_index("centre_id")[list(SUMS)]
            for (benefit, support), found in rows.groupby(["benefit", "support"])
        }

    def beside(self, benefit: str, support: str, share: Reals, where: npt.NDArray[np.intp]) -> Seen:
        """`share`: of innocent bookings, those on which the support fires; a row for each booking at `where`."""
        suspected = fired = np.zeros(self._centres.size)
        sums = self._sums.get((benefit, support))
        if sums is not None:
            suspected, fired = sums[["suspected", "fired"]].reindex(self._centres).fillna(0.0).to_numpy().T
            innocent, innocent_fired = sums[["innocent", "innocent_fired"]].sum()
            among = (PSEUDO_INNOCENT * share + innocent_fired) / (PSEUDO_INNOCENT + innocent)
            share = np.maximum(share, among)
        suspected, fired = (of_centre[self._codes[where]] for of_centre in (suspected, fired))
        alpha, beta = PSEUDO_SUSPECTED * fits(share), PSEUDO_SUSPECTED * (1 - fits(share))
        told = betaln(alpha + fired, beta + suspected - fired) - betaln(alpha, beta)
        by_chance = fired * np.log(share) + (suspected - fired) * np.log1p(-share)
        return Seen((alpha + fired) / (PSEUDO_SUSPECTED + suspected), share, told - by_chance)

    def summed_up(
        self,
        day: date,
        flags: Mapping[str, Flag],
        findings: Mapping[str, Finding],
        suspicion: Mapping[str, Reals],
    ) -> pa.Table:
        """The night's own sums, of the schema `company`."""
        parts: list[dict[str, np.ndarray]] = []
        innocence = 1 - added(suspicion)
        size = self._centres.size
        for benefit, suspected in suspicion.items():
            there = np.flatnonzero(suspected)
            codes, masses = self._codes[there], (suspected[there], innocence[there])
            for code in (code for code, flag in flags.items() if flags[benefit].family in flag.beside):
                found = findings[code].at(there)
                seen = found.assessed, found.assessed & found.fires
                sums = [np.bincount(codes, mass * each, size) for mass in masses for each in seen]
                shown = np.flatnonzero(sums[0] > 0)
                names = {"centre": shown, "benefit": np.full(shown.size, benefit), "support": np.full(shown.size, code)}
                parts.append(names | {name: each[shown] for name, each in zip(SUMS, sums, strict=True)})
        schema = LAKE["company"].schema
        if not parts:
            return schema.empty_table()
        table = {name: pa.array(np.concatenate([part[name] for part in parts])) for name in parts[0]}
        table["centre_id"] = pa.array(self._centres, pa.string()).take(table["centre"])
        table[DAY] = pa.repeat(pa.scalar(day), len(table["centre"]))
        return pa.table([table[name] for name in schema.names], names=schema.names).cast(schema)
