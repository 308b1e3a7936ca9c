"""Q103: a window whose calls pass people more often than chance deals."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


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
    exposure=Words(
        "28 天内至少叫号十次，且同队列另有他人叫号", "ten calls in 28 days, while others called in the same queue"
    ),
    needs=("people_passed", "window_excess_calls"),
    p="window_excess_p",
    why=Words(
        "该窗口无据越过他人的叫号远多于同队列同时段的其他人。",
        "The window calls past waiting people far more often than others in the same hours of the same queue.",
    ),
    source="Exact test within hours of a queue (features/catalogue/expected.py); five "
    "calls, so that one bad day is not enough.",
    innocent=(
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
    ),
    text=Words(
        "该窗口无据越过他人的叫号比预期多 {value} 次；通常为 {expected}",
        "its window made {value} more calls past waiting people than expected; {expected} is usual",
    ),
    meaning="该窗口 28 天内越过他人的叫号超出预期的次数；本次未越过任何人的计为 0。",
)
def window_passes_people_beyond_chance(features: ir.Table) -> ir.Value:
    """Calls of its window that passed somebody, beyond those expected; 0 where this one passed nobody."""
    counted = (features.people_passed >= 1).ifelse(features.window_excess_calls, features.window_excess_calls * 0)
    return features.people_passed.notnull().ifelse(counted, None)
