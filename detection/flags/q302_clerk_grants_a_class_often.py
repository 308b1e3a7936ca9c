"""Q302: a clerk who calls a priority class far more often than colleagues."""

import ibis.expr.types as ir

from detection.excess import beyond_chance
from detection.flag import Innocent, Words, flag


@flag(
    code="Q302",
    name=Words("经办人给予优先过多", "a clerk who grants a class often"),
    family="priority",
    side="channel",
    beside=("priority",),
    unit=Words("次", "calls"),
    at_least=3,
    rare=0.05,
    rarity=Words("窗口分工使二十分之一的优先叫号集中于一人", "windows kept for a class: one in twenty of its calls"),
    exposure=Words(
        "28 天内至少叫号十次，且同队列另有他人叫号", "ten calls in 28 days, while others called in the same queue"
    ),
    needs=("clerk_class_excess", "clerk_class_excess_p"),
    p="clerk_class_excess_p",
    stratum=Words(
        "同队列同小时内其他人叫该类别的次数，28 天",
        "how often others called the class in the same hours of the same queue, 28 days",
    ),
    why=Words(
        "该经办人叫到该类别的次数远多于同队列同时段的同事。",
        "The clerk calls the class far more often than colleagues do in the same hours of the same queue.",
    ),
    source="Exact test within hours of a queue (features/catalogue/expected.py); three calls and p of 0.01 or less, so "
    "that one good day is not enough.",
    innocent=(
        Innocent(Words("窗口专设优先队列", "a window that is kept for the class"), checked=False),
        Innocent(Words("优先者多的时段", "hours in which many of the class come"), checked=True),
    ),
    text=Words(
        "该经办人叫该类别比预期多 {value} 次；通常为 {expected}",
        "its clerk's calls of its class, beyond those expected: {value}; usual: {expected}",
    ),
    meaning="该经办人 28 天内叫该类别超出预期的次数；偶然可能性高于百分之一的计为 0。",
)
def clerk_grants_a_class_often(features: ir.Table) -> ir.Value:
    """Calls of the booking's class by its clerk beyond those expected; 0 where chance deals so many in one of 100."""
    return beyond_chance(features.clerk_class_excess, features.clerk_class_excess_p)
