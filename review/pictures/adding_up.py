"""How the findings of a booking add up to its score, step by step, out of what is sealed of it.

The odds of a hypothesis are its chance, times the weight of its benefit, times those of its supports (mixed within a
family, multiplied across them), times what is lent (`detection/suspicion.py`). On a scale of log odds that is a sum.
Sealed are the weights of what fired, and what its family weighs together; families of which nothing fired, and other
ways to be manipulated, are the rest to the score.
"""

import json
from dataclasses import dataclass
from math import log10
from typing import Any

from detection.flag import Family, Flag, all_flags
from detection.lending import CHANCE
from detection.reasons import LEARNED, LENDERS

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


def added_up(reasons: str, score: float) -> Sum:
    """The steps for the booking's strongest hypothesis.

    Kinds of steps: `benefit`, `supports` (one for each family), `lent`, `taught` by verdicts, and at last `rest`.
    """
    told = {reason["flag"]: reason for reason in json.loads(reasons) if reason["weight"] > 0}
    flags = all_flags()
    steps = [*max(_ways(flags, told), key=_height, default=[])]
    steps += [Step("lent", (lender,), log10(told[lender]["weight"])) for lender in LENDERS if lender in told]
    start, end = _log_odds(CHANCE), _log_odds(score)
    taught = sum(log10(reason["weight"]) for name, reason in told.items() if name.startswith(LEARNED))
    if taught:
        steps.append(Step("taught", (), taught))
    rest = Step("rest", (), end - start - _height(steps))
    return Sum(start, (*steps, rest), end)


def _ways(flags: dict[str, Flag], told: dict[str, Row]) -> list[list[Step]]:
    """The benefit of each hypothesis, with a step for each family of its supports of which one fired."""
    ways = []
    for code, flag in flags.items():
        if flag.is_hypothesis and code in told:
            alike: dict[Family, list[str]] = {}
            for name, support in flags.items():
                if flag.family in support.beside and told.get(name, {}).get("together"):
                    alike.setdefault(support.family, []).append(name)
            supports = [
                Step("supports", tuple(sorted(names, key=lambda name: -told[name]["weight"])), _power(told, names))
                for names in alike.values()
            ]
            ways.append([Step("benefit", (code,), log10(told[code]["weight"])), *supports])
    return ways


def _power(told: dict[str, Row], names: list[str]) -> float:
    """What all supports of a family add, silent ones included: sealed with each that fired."""
    return log10(told[names[0]]["together"])


def _height(steps: list[Step]) -> float:
    return sum(step.adds for step in steps)


def _log_odds(probability: float) -> float:
    certain = min(max(probability, LEAST), 1 - LEAST)
    return log10(certain / (1 - certain))
