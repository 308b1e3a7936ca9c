"""Q104: hardly waited although others did."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag

#: people of the same queue who still wait, from whom on a short wait says something
WAITING = 2


@flag(
    code="Q104",
    name=Words("他人久等而其几乎未等", "hardly waited in a full queue"),
    family="order",
    side="benefit",
    beside=("order", "priority"),
    unit=Words("分钟", "minutes"),
    at_most=5,
    rare=0.1,
    rarity=Words(
        "刚到即轮到的预约与优先类别，约占十分之一",
        "who arrives just at the slot, or has a class, waits as little: one in ten",
    ),
    needs=("wait_minutes", "load", "claims_to_return"),
    why=Words(
        "同队列还有人在等，此人取号后几乎立即被叫。",
        "Others of the same queue were waiting, and this booking was called almost at once.",
    ),
    source="Five minutes: less than a service takes (docs/worlds.md); two people, so that somebody did wait.",
    innocent=(
        Innocent(Words("按预约时段准点到达", "who came just in time for the slot"), checked=False),
        Innocent(Words("当时无人等候的不计", "a queue that was empty or nearly so"), checked=True),
        Innocent(
            Words("到窗口才补登取号的不判断", "who was checked in at the counter only: its check-in is its call"),
            checked=True,
        ),
        Innocent(
            Words("补齐材料后回窗或重呼的不判断", "who returns with a paper is called at once: not judged"),
            checked=True,
        ),
    ),
    text=Words(
        "有人等候时只等了 {value} 分钟；通常为 {expected}",
        "minutes waited while others waited on: {value}; usual: {expected}",
    ),
    meaning="取号至叫号的分钟数；同队列等候者不足两人的、取号与叫号同一时刻的、登记为补件回窗或重呼的不判断。",
)
def hardly_waited_in_a_full_queue(features: ir.Table) -> ir.Value:
    """Minutes from check-in to call; null where they are one instant, where fewer than two of its queue waited on, and
    of those who return.
    """
    returns = (features.claims_to_return == 1).fill_null(False)
    asked = (features.load >= WAITING) & (features.wait_minutes != 0) & ~returns
    return asked.ifelse(features.wait_minutes, None)
