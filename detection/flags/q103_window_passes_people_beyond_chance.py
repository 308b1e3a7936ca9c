"""Q103: a window whose calls pass people more often than chance deals."""

import ibis.expr.types as ir

from detection.excess import EXPLANATIONS, EXPOSURE, where_it_passed
from detection.flag import Words, flag


@flag(
    code="Q103",
    name=Words("窗口越过他人过多", "a window that passes people beyond chance"),
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
    needs=("people_passed", "window_excess_calls"),
    p="window_excess_p",
    stratum=Words(
        "同队列同小时内其他人的叫号，28 天",
        "what others called in the same hours of the same queue, 28 days",
    ),
    why=Words(
        "该窗口无据越过他人的叫号远多于同队列同时段的其他人。",
        "The window calls past waiting people far more often than others in the same hours of the same queue.",
    ),
    source="Exact test within hours of a queue (features/catalogue/expected.py); five "
    "calls, so that one bad day is not enough.",
    innocent=EXPLANATIONS,
    text=Words(
        "该窗口无据越过他人的叫号比预期多 {value} 次；通常为 {expected}",
        "its window's calls past waiting people, beyond those expected: {value}; usual: {expected}",
    ),
    meaning="该窗口 28 天内越过他人的叫号超出预期的次数；本次未越过任何人的计为 0。",
)
def window_passes_people_beyond_chance(features: ir.Table) -> ir.Value:
    """Calls of its window that passed somebody, beyond those expected; 0 where this one passed nobody."""
    return where_it_passed(features, features.window_excess_calls)
