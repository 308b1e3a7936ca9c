"""Q307: an employee who types in a priority class far more often than colleagues."""

import ibis.expr.types as ir

from detection.excess import beyond_chance
from detection.flag import Innocent, Words, flag


@flag(
    code="Q307",
    name=Words("录入人给予优先过多", "a typist who grants a class often"),
    family="priority",
    side="channel",
    beside=("priority",),
    unit=Words("次", "calls"),
    at_least=3,
    rare=0.05,
    rarity=Words(
        "服务台分工使二十分之一的优先登记集中于一人",
        "counters at which one employee receives those with a card: one in twenty of what is typed in with a class",
    ),
    exposure=Words(
        "28 天内其录入的预约至少叫号十次，且同队列另有他人录入",
        "ten calls in 28 days of what it typed in, while others typed in for the same queue",
    ),
    needs=("typist_class_excess", "typist_class_excess_p"),
    p="typist_class_excess_p",
    stratum=Words(
        "同队列同小时内其他人录入该类别的次数，28 天",
        "how often others typed in the class in the same hours of the same queue, 28 days",
    ),
    why=Words(
        "类别常由服务台录入，而非叫号的经办人；某人录入的优先远多于同事，便有可能在卖优先。",
        "A class is often given at the counter and not at the window. Who types one in far more often than colleagues "
        "may be selling it.",
    ),
    source="As Q302, by who typed the booking in; three calls and p of 0.01 or less.",
    innocent=(
        Innocent(Words("服务台专人接待优先者", "an employee who receives those with a card"), checked=False),
        Innocent(Words("优先者多的时段", "hours in which many of the class come"), checked=True),
    ),
    text=Words(
        "该录入人录入该类别比预期多 {value} 次；通常为 {expected}",
        "its typist's bookings of its class, beyond those expected: {value}; usual: {expected}",
    ),
    meaning="该录入人 28 天内所录预约中该类别叫号超出预期的次数；偶然可能性高于百分之一的计为 0。",
)
def typist_grants_a_class_often(features: ir.Table) -> ir.Value:
    """Calls of the booking's class typed in by its typist beyond those expected; 0 where chance deals one in 100."""
    return beyond_chance(features.typist_class_excess, features.typist_class_excess_p)
