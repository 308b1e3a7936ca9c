"""How the findings of a booking add up to its score, step by step, out of what is sealed of it.

The odds of a hypothesis are its chance, times the weight of its benefit, times those of its supports (averaged within
a family, multiplied across them), times what is lent (`detection/suspicion.py`). On a scale of log odds that is a sum.
Sealed are the weights of what fired; what did not fire, and other ways to be manipulated, is the rest to the score.
"""

import json
from dataclasses import dataclass
from math import log10
from typing import Any

from detection.flag import Family, Flag, all_flags
from detection.lending import CHANCE
from detection.reasons import LEARNED, LENDERS
from detection.weighing import FITS

Row = dict[str, Any]
#: scores nearer to 0 or 1 than this are drawn there
LEAST = 1e-9


@dataclass(frozen=True)
class Step:
    """What some findings add: `codes` of the flags, or the lender; `adds`, the power of ten that odds are times."""

    kind: str
    codes: tuple[str, ...]
    adds: float


@dataclass(frozen=True)
class Sum:
    """From `start` to `end`, both log10 of odds: the steps between add up to the difference."""

    start: float
    steps: tuple[Step, ...]
    end: float


def added_up(reasons: str, finding: Row, score: float) -> Sum:
    """The steps for the booking's strongest hypothesis; `finding`: its row of `findings`.

    Kinds of steps: `benefit`, `supports` (one for each family), `lent`, `taught` by verdicts, and at last `rest`.
    """
    weights = {reason["flag"]: float(reason["weight"]) for reason in json.loads(reasons) if reason["weight"] > 0}
    flags = all_flags()
    lent = [Step("lent", (lender,), log10(weights[lender])) for lender in LENDERS if lender in weights]
    ways = [
        [Step("benefit", (code,), log10(weights[code])), *_supports(flags, weights, finding, flag.family)]
        for code, flag in flags.items()
        if flag.is_hypothesis and code in weights
    ]
    steps = [*max(ways, key=_height, default=[]), *lent]
    start, end = _log_odds(CHANCE), _log_odds(score)
    taught = sum(log10(weight) for name, weight in weights.items() if name.startswith(LEARNED))
    if taught:
        steps.append(Step("taught", (), taught))
    rest = Step("rest", (), end - start - _height(steps))
    return Sum(start, (*steps, rest), end)


def _supports(flags: dict[str, Flag], weights: Row, finding: Row, family: Family) -> list[Step]:
    """A step for each family of supports in which one fired: the mean of their weights."""
    alike: dict[str, dict[str, float]] = {}
    for code, flag in flags.items():
        if family in flag.beside:
            silent = 1.0 if finding.get(f"{code}_value") is None else 1 - FITS
            alike.setdefault(flag.family, {})[code] = weights.get(code, silent)
    steps = []
    for group in alike.values():
        fired = sorted((code for code in group if code in weights), key=lambda code: -group[code])
        if fired:
            steps.append(Step("supports", tuple(fired), log10(sum(group.values()) / len(group))))
    return steps


def _height(steps: list[Step]) -> float:
    return sum(step.adds for step in steps)


def _log_odds(probability: float) -> float:
    certain = min(max(probability, LEAST), 1 - LEAST)
    return log10(certain / (1 - certain))
