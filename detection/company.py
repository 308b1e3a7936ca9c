"""What keeps suspected bookings of a centre company: how often each support stood beside each benefit there.

Of manipulated bookings, the share on which a support fires is unknown: it depends on how a centre's people go about it.
So a support begins with one half, and every night adds what was seen beside those whom it suspected: a Beta prior and
its posterior. A night weighs by what earlier nights saw alone, so that weights stay e-values.
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
from data.tables import LAKE
from detection.flag import Flag
from detection.weighing import Finding, fits

Reals = npt.NDArray[np.float64]

#: suspected bookings that a support's fit of one half counts as
PSEUDO_SUSPECTED = 2.0


@dataclass(frozen=True)
class Seen:
    """Of one support beside one benefit, per booking.

    `fit`: of manipulated bookings, the share on which it fires. `told`: how much likelier the fits that it might have
    had, together, make what was seen beside suspected bookings than innocence does, a logarithm.
    """

    fit: Reals
    told: Reals


class Company:
    """What the nights from `first` to `last` saw beside suspected bookings."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lake: Lake, days: tuple[date, date], centre: "pd.Series[str]"
    ) -> None:
        """`centre`: of each booking of the night."""
        self._codes, self._centres = pd.factorize(centre, sort=True)
        rows = connection.execute(
            f"""SELECT centre_id, benefit, support, sum(suspected ORDER BY service_day) AS suspected,
                    sum(fired ORDER BY service_day) AS fired
                FROM {lake.sql("company", *days)} GROUP BY ALL ORDER BY ALL"""
        ).df()
        self._sums = {
            (str(benefit), str(support)): found.set_index("centre_id")[["suspected", "fired"]]
            for (benefit, support), found in rows.groupby(["benefit", "support"])
        }

    def beside(self, benefit: str, support: str, share: Reals, where: npt.NDArray[np.intp]) -> Seen:
        """`share`: of innocent bookings, those on which the support fires; a row for each booking at `where`."""
        suspected = fired = np.zeros(self._centres.size)
        sums = self._sums.get((benefit, support))
        if sums is not None:
            suspected, fired = sums.reindex(self._centres).fillna(0.0).to_numpy().T
        suspected, fired = (of_centre[self._codes[where]] for of_centre in (suspected, fired))
        alpha, beta = PSEUDO_SUSPECTED * fits(share), PSEUDO_SUSPECTED * (1 - fits(share))
        told = betaln(alpha + fired, beta + suspected - fired) - betaln(alpha, beta)
        innocent = fired * np.log(share) + (suspected - fired) * np.log1p(-share)
        return Seen((alpha + fired) / (PSEUDO_SUSPECTED + suspected), told - innocent)

    def summed_up(
        self,
        day: date,
        flags: Mapping[str, Flag],
        findings: Mapping[str, Finding],
        suspicion: Mapping[str, Reals],
    ) -> pa.Table:
        """The night's own sums, of the schema `company`."""
        parts = []
        for benefit, suspected in suspicion.items():
            there = np.flatnonzero(suspected)
            for code, flag in flags.items():
                if flags[benefit].family not in flag.beside:
                    continue
                found = findings[code]
                mass = suspected[there] * found.assessed[there]
                assessed = np.bincount(self._codes[there], mass, self._centres.size)
                fired = np.bincount(self._codes[there], mass * found.fires[there], self._centres.size)
                rows = pd.DataFrame({"centre_id": self._centres, "suspected": assessed, "fired": fired})
                parts.append(rows[assessed > 0].assign(benefit=benefit, support=code))
        schema = LAKE["company"].schema
        table = pd.concat(parts) if parts else pd.DataFrame(columns=schema.names)
        return pa.Table.from_pandas(
            table.assign(service_day=day).reindex(columns=schema.names), schema, preserve_index=False
        )
