"""What the flags on an excess have in common: of a clerk's or window's unexplained calls, of who grants a class."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words

#: what must have been seen before anything is said
EXPOSURE = Words(
    "28 天内至少叫号十次，且同队列另有他人叫号", "ten calls in 28 days, while others called in the same queue"
)

#: chance of an excess up to which it counts
CHANCE_P = 0.01

#: lawful explanations
EXPLANATIONS = (
    Innocent(
        Words(
            "新手误叫：数目确实过多，却无人获利，故不作为佐证",
            "a trainee: the excess is true and nobody gains, so that it supports nothing",
        ),
        checked=False,
    ),
    Innocent(
        Words("故障或拥挤的时段：与同时段他人相比", "an outage or a crowd: compared with others in the same hour"),
        checked=True,
    ),
)


def where_it_passed(features: ir.Table, excess: ir.Value) -> ir.Value:
    """The excess of a booking's clerk or window, 0 where its own call passed nobody, null where it was never called."""
    passed = features.people_passed
    return passed.notnull().ifelse((passed >= 1).ifelse(excess, excess * 0), None)


def beyond_chance(excess: ir.Value, p: ir.Value) -> ir.Value:
    """The excess, 0 where chance deals as much more often than `CHANCE_P`; null where it is not assessed."""
    return (p <= CHANCE_P).ifelse(excess, excess * 0)
