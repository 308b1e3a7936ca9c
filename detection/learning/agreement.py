"""Whether verdicts can be trusted: do inspectors agree, and which verdicts speak against strong evidence?

Somebody who wants to blind the product would clear the guilty. Verdicts against the evidence are listed for a second
look, and no inspector's verdicts count beyond a bound (`counting.py`).
"""

from itertools import combinations

import duckdb
import numpy as np
import pandas as pd

from data.lake import Lake
from detection.learning.verdicts import MANIPULATED, UNCLEAR, Verdicts

#: bookings that two inspectors must both have judged before their agreement says anything
LEAST_TOGETHER = 10
#: probabilities, by the score without a model, from which on a verdict is against strong evidence: lawful above the
#: first, manipulated below the second
STRONG = (0.9, 0.001)


def agreement(each: pd.DataFrame) -> dict[str, float]:
    """Cohen's kappa (1960) of every two inspectors who judged at least `LEAST_TOGETHER` bookings both.

    1: they agree always, 0: as often as chance would have them; below 0.6 their verdicts are to be talked about
    (Landis and Koch 1977).
    """
    said = each[(each["verdict"] != UNCLEAR) & (each["decided_by"] != "")]
    said = said.assign(manipulated=(said["verdict"] == MANIPULATED).astype(float))
    wide = said.pivot_table(index=["centre_id", "booking_id"], columns="decided_by", values="manipulated")
    found = {}
    for one, other in combinations(sorted(wide.columns), 2):
        both = wide[[one, other]].dropna()
        if len(both) >= LEAST_TOGETHER:
            found[f"{one} and {other}"] = kappa(both[one].to_numpy(), both[other].to_numpy())
    return found


def kappa(one: np.ndarray, other: np.ndarray) -> float:
    """Agreement beyond chance; 1 where chance alone would always agree."""
    agree, both = float(np.mean(one == other)), float(np.mean(one)) * float(np.mean(other))
    chance = both + (1 - float(np.mean(one))) * (1 - float(np.mean(other)))
    return 1.0 if chance >= 1 else (agree - chance) / (1 - chance)


def against_evidence(connection: duckdb.DuckDBPyConnection, lake: Lake, verdicts: Verdicts) -> pd.DataFrame:
    """Verdicts that a second inspector should look at, with the score without a model that speaks against them."""
    connection.register("settled", verdicts.settled[["centre_id", "booking_id", "manipulated", "decided_by"]])
    found: pd.DataFrame = connection.execute(
        f"""SELECT service_day, centre_id, booking_id, manipulated, decided_by, label_free
            FROM {lake.sql("grounds")} JOIN settled USING (centre_id, booking_id)
            WHERE (NOT manipulated AND label_free >= $high) OR (manipulated AND label_free <= $low)
            ORDER BY service_day, centre_id, booking_id""",
        {"high": STRONG[0], "low": STRONG[1]},
    ).df()
    return found
