"""Walking forward: what a model says of nights that it could not know, again and again.

Prequential evaluation (Dawid 1984, Journal of the Royal Statistical Society A 147:278): trained with the verdicts that
were known before a week, by their real delay, then asked about the week, then on to the next. Never a random split.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from detection.learning.classifier import Classifier
from detection.learning.counting import Known, examples, known
from detection.learning.rows import Reals, Rows
from detection.learning.verdicts import settled

#: nights that one model is asked about before the next is trained, as the retraining does
BLOCK_DAYS = 7
#: weeks that are walked at most; older ones say little of the present
MOST_BLOCKS = 8
#: verdicts of each kind that a model is trained on at least
LEAST_OF_EACH = 8


@dataclass(frozen=True)
class Walked:
    """What models said of later nights: `odds`, a row of the walked rows each, and `knew`, how many verdicts the model
    that said so had learnt from (both NaN: of a night before the first model); `blocks`: first nights of the weeks that
    were walked.
    """

    odds: Reals
    knew: Reals
    blocks: list[date]


def enough(what: Known) -> bool:
    """Whether there are verdicts of both kinds to learn from."""
    return min(int(np.sum(what.manipulated == kind)) for kind in (0.0, 1.0)) >= LEAST_OF_EACH


def trained(rows: Rows, what: Known) -> Classifier:
    """The model of these rows and verdicts."""
    place, manipulated, count = examples(rows, what)
    return Classifier(rows.names).fit(rows.inputs[place], manipulated, count)


def walk(rows: Rows, each: pd.DataFrame, as_of: date) -> Walked:
    """Walk through the weeks up to `as_of`; `each`: `Verdicts.each`, whose `known_on` says who could know them."""
    odds, knew = np.full((2, len(rows)), np.nan)
    blocks = []
    for start in _starts(rows, as_of):
        first, last = np.datetime64(start), np.datetime64(start + timedelta(days=BLOCK_DAYS))
        before, inside = rows.day < first, (rows.day >= first) & (rows.day < last)
        seen = rows.take(np.flatnonzero(before))
        what = known(seen, settled(each[each["known_on"] < pd.Timestamp(start)]))
        if inside.any() and enough(what):
            odds[inside] = trained(seen, what).log_odds(rows.inputs[inside])
            knew[inside] = what.reviewed.sum()
            blocks.append(start)
    return Walked(odds, knew, blocks)


def _starts(rows: Rows, as_of: date) -> list[date]:
    first = rows.day.min().astype(object) if len(rows) else as_of
    starts = [as_of + timedelta(days=1 - BLOCK_DAYS * back) for back in range(MOST_BLOCKS, 0, -1)]
    return [start for start in starts if start > first]
