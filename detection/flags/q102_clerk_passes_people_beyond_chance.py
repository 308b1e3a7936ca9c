"""Q102: a clerk whose calls pass people more often than chance deals."""

import ibis.expr.types as ir

from detection.excess import EXPLANATIONS, EXPOSURE, where_it_passed
from detection.flag import Words, flag


@flag(
    code="Q102",
    name=Words("经办人越过他人过多", "a clerk that passes people beyond chance"),
    family="order",
    side="channel",
    beside=(),
    unit=Words("次", "calls"),
    at_least=5,
    rare=0.02,
    rarity=Words(
        "新手误叫集中于少数人，约占叫号的百分之二",
        "few make most miscalls, and of their calls few pass anybody: two in a hundred",
    ),
    exposure=EXPOSURE,
    needs=("people_passed", "clerk_excess_calls"),
    p="clerk_excess_p",
    stratum=Words(
        "同队列同小时内其他人的叫号，28 天",
        "what others called in the same hours of the same queue, 28 days",
    ),
    why=Words(
        "该经办人无据越过他人的叫号远多于同队列同时段的其他人。",
        "The clerk calls past waiting people far more often than colleagues in the same hours of the same queue.",
    ),
    source="Exact test within hours of a queue (features/catalogue/expected.py); five "
    "calls, so that one bad day is not enough.",
    innocent=EXPLANATIONS,
    text=Words(
        "该经办人无据越过他人的叫号比预期多 {value} 次；通常为 {expected}",
        "its clerk's calls past waiting people, beyond those expected: {value}; usual: {expected}",
    ),
    meaning="该经办人 28 天内越过他人的叫号超出预期的次数；本次未越过任何人的计为 0。",
)
def clerk_passes_people_beyond_chance(features: ir.Table) -> ir.Value:
    """Calls of its clerk that passed somebody, beyond those expected; 0 where this one passed nobody."""
    return where_it_passed(features, features.clerk_excess_calls)
