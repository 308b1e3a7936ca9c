"""Whether what was trained may serve: champion and challenger beside each other on nights that neither could know.

The champion is what was in service on each night, by the scores that it left. The challenger is the same training done
week by week, scoring in shadow the nights that followed (`walk.py`), with the blend chosen on still earlier nights.
Centres for which the challenger was worse than no model keep the score without one (`worse_off`). What it gains is
counted with them, so that nothing is won by leaving out what went badly.

Held against each other by what verdicts cost them, each verdict counting as often as it stands for others, and a week
as much as its model knew of the verdicts: what is judged is the model of today.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from detection.learning.blend import NOTHING, Blend, blended, losses
from detection.learning.counting import Known, bounded, inverse
from detection.learning.rows import Reals, Rows, log_odds
from detection.learning.walk import BLOCK_DAYS, LEAST_OF_EACH, Walked

#: share of the champion's loss by which the challenger must be better
MARGIN = 0.01
#: confidence with which it must be better at all, one-sided
CONFIDENCE = 0.9
#: share of the champion's loss by which the challenger may be worse for a centre or an age group
GROUP_MARGIN = 0.05
#: verdicts from which on a group is judged by itself
LEAST_IN_GROUP = 20
#: standard error of a gain below which none is believed: one part in a thousand
LEAST_SPREAD = 1e-3
#: nights drawn anew, so many times, for the bound (Efron 1979, Annals of Statistics 7:1)
DRAWS = 1_000
SEED = 20260302


@dataclass(frozen=True)
class Shadow:
    """The verdicts on the walked nights: places in the rows, and what each costs the champion and the challenger."""

    places: np.ndarray
    count: Reals
    champion: Reals
    challenger: Reals

    def of(self, chosen: np.ndarray) -> "Shadow":
        """Those of the verdicts that are `chosen`."""
        return Shadow(*(part[chosen] for part in (self.places, self.count, self.champion, self.challenger)))


@dataclass(frozen=True)
class Decision:
    """Whether the challenger is promoted and the `reason` in words; `gain`: by which share of the champion's loss it is
    better, `low`: the lower bound of that; `groups`: by centre and age group the same as `gain`, each leaning on the
    others as far as its own nights leave it open. Null: nothing to compare.
    """

    promoted: bool
    reason: str
    verdicts: int
    gain: float | None
    low: float | None
    groups: dict[str, float]


def walked_blends(rows: Rows, what: Known, walked: Walked) -> tuple[Reals, Blend]:
    """The challenger's log-odds for each row, blended by what earlier weeks showed, and the blend that all weeks show.

    Rows of nights before the first model have the log-odds without a model.
    """
    free = log_odds(rows.label_free)
    odds, latest = free.copy(), NOTHING
    for place, start in enumerate(walked.blocks):
        first = np.datetime64(start)
        inside = (rows.day >= first) & (rows.day < first + np.timedelta64(BLOCK_DAYS, "D")) & ~np.isnan(walked.odds)
        odds[inside] = latest.odds(free, np.nan_to_num(walked.odds))[inside]
        until = ~np.isnan(walked.odds) & what.reviewed & (rows.day < first + np.timedelta64(BLOCK_DAYS, "D"))
        if place < len(walked.blocks) and until.any():
            latest = _blend(rows, what, walked, until)
    return odds, latest


def _blend(rows: Rows, what: Known, walked: Walked, chosen: np.ndarray) -> Blend:
    count = _counts(what, walked, chosen)
    groups = (rows.about["service_day"].astype(str) + "|" + rows.about["centre_id"].astype(str)).to_numpy()
    free = log_odds(rows.label_free[chosen])
    return blended(free, walked.odds[chosen], what.manipulated[chosen], count, groups[chosen])


def _counts(what: Known, walked: Walked, chosen: np.ndarray) -> Reals:
    """How much each verdict counts; a model learns, so that older weeks say less of it (fading factors: Gama, Sebastião
    and Rodrigues 2013, Machine Learning 90:317).
    """
    knew = walked.knew[chosen]
    return np.asarray(bounded(inverse(what.chance[chosen]), what.by[chosen]) * knew / max(knew.max(initial=0), 1.0))


def shadow(what: Known, walked: Walked, served: Reals, challenger: Reals) -> Shadow:
    """What the verdicts on walked nights cost; `served` and `challenger` are log-odds, a row each (NaN: not scored)."""
    places = np.flatnonzero(what.reviewed & ~np.isnan(walked.odds) & ~np.isnan(served))
    found = what.manipulated[places]
    count = _counts(what, walked, places)
    return Shadow(places, count, losses(served[places], found), losses(challenger[places], found))


def worse_off(rows: Rows, what: Known, walked: Walked, challenger: Reals) -> tuple[str, ...]:
    """The centres for which the walked challenger was worse than no model beyond `GROUP_MARGIN`, sorted."""
    seen = shadow(what, walked, log_odds(rows.label_free), challenger)
    gains = _gains(seen, rows.about.iloc[seen.places], "centre_id")
    return tuple(sorted(name for name, gain in gains.items() if gain < -GROUP_MARGIN))


def decided(rows: Rows, seen: Shadow, serving: Shadow, *, served: bool) -> Decision:
    """The rule: better by `MARGIN`, at all with `CONFIDENCE`, and for no group worse beyond `GROUP_MARGIN`.

    `seen`: the challenger as it was walked; `serving`: where some centres keep the score without a model. `served`:
    whether the champion is a model, too; only the reason's words hang on it.
    """
    number = int(seen.places.size)
    if not number:
        return Decision(
            False, f"no verdict yet on a week before which {LEAST_OF_EACH} of each kind were known", 0, None, None, {}
        )
    about = rows.about.iloc[seen.places]
    gain = _gain(seen)
    low = _low(seen, about["service_day"].astype(str).to_numpy())
    groups = {
        f"{word} {name}": gain
        for column, word in (("centre_id", "centre"), ("age_group", "age"))
        for name, gain in _gains(serving, about, column).items()
    }
    worst = min(groups, key=lambda name: groups[name], default="")
    than = "that in service" if served else "that without a model"
    said = f"its loss on {number:,} verdicts is {gain:z.1%} below {than}, at least {low:z.1%} ({CONFIDENCE:.0%})"
    if gain < MARGIN:
        return Decision(False, f"{said}: less than {MARGIN:.0%}", number, gain, low, groups)
    if low <= 0:
        return Decision(False, f"{said}: not certain yet", number, gain, low, groups)
    if worst and groups[worst] < -GROUP_MARGIN:
        told = f"{said}, but for {worst} it is {-groups[worst]:.1%} above"
        return Decision(False, f"{told}, more than {GROUP_MARGIN:.0%}", number, gain, low, groups)
    return Decision(True, said, number, gain, low, groups)


def _gain(seen: Shadow) -> float:
    before = float(np.sum(seen.count * seen.champion))
    return (before - float(np.sum(seen.count * seen.challenger))) / max(before, 1e-12)


def _low(seen: Shadow, night: np.ndarray) -> float:
    return float(np.quantile(_drawn(seen, night), 1 - CONFIDENCE))


def _drawn(seen: Shadow, night: np.ndarray) -> Reals:
    """The gain over nights drawn anew: verdicts of one night hang together."""
    names, whose = np.unique(night, return_inverse=True)
    champion = np.bincount(whose, seen.count * seen.champion, names.size)
    challenger = np.bincount(whose, seen.count * seen.challenger, names.size)
    drawn = np.random.default_rng(SEED).integers(0, names.size, (DRAWS, names.size))
    before, after = champion[drawn].sum(axis=1), challenger[drawn].sum(axis=1)
    return np.asarray((before - after) / np.maximum(before, 1e-12), np.float64)


def _gains(seen: Shadow, about: pd.DataFrame, column: str) -> dict[str, float]:
    """Each group's gain as likely as its nights bear it out: of ten small ones, chance makes some look worse."""
    night, whose = about["service_day"].astype(str).to_numpy(), about[column].astype(str).to_numpy()
    names, verdicts = np.unique(whose, return_counts=True)
    names = names[verdicts >= LEAST_IN_GROUP]
    parts = [(seen.of(whose == name), night[whose == name]) for name in names]
    gains = np.array([_gain(part) for part, _ in parts])
    spreads = np.array([np.std(_drawn(part, nights)) for part, nights in parts])
    return {str(name): float(gain) for name, gain in zip(names, leaning(gains, spreads), strict=True)}


def leaning(gains: Reals, spreads: Reals) -> Reals:
    """Estimates of several groups, each between its own and the mean of all, by its `spread` (standard error) against
    how much they differ beyond that: random effects by moments (DerSimonian and Laird 1986, Controlled Clinical
    Trials 7:177).
    """
    own = np.maximum(spreads, LEAST_SPREAD) ** 2
    weight = 1 / own
    mean = np.sum(weight * gains) / max(np.sum(weight), 1e-12)
    apart = np.sum(weight * (gains - mean) ** 2) - (gains.size - 1)
    free = np.sum(weight) - np.sum(weight**2) / max(np.sum(weight), 1e-12)
    between = max(apart / free, 0.0) if free > 0 else 0.0
    if between:
        mean = np.sum(gains / (own + between)) / np.sum(1 / (own + between))
    return np.asarray((between * gains + own * mean) / (between + own), np.float64)
