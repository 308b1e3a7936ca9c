"""Q202: typed in by staff minutes before service."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag
from detection.typing_in import typed_in_at_once


@flag(
    code="Q202",
    name=Words("办理前临时录入", "typed in minutes before service"),
    family="records",
    side="channel",
    beside=("order",),
    unit=Words("0 或 1", "0 or 1"),
    at_least=1,
    rare=0.01,
    rarity=Words(
        "为老人或急事当场录入，约百分之一", "the elderly and the urgent are typed in on the spot: one in a hundred"
    ),
    needs=("staff_minutes_before_service", "minutes_before_service"),
    why=Words(
        "工作人员在叫号前几分钟才录入此预约，正是让人插队的方式。",
        "An employee typed it in minutes before its call, as one does who puts somebody past a queue.",
    ),
    source="The founding case (design). Half an hour: less than a hall's usual wait (docs/worlds.md).",
    innocent=(
        Innocent(
            Words("老人或急事，依规当场办理", "the elderly or an urgent matter, served on the spot by rule"),
            checked=False,
        ),
        Innocent(Words("系统故障后补录", "entries that were made up for after an outage"), checked=False),
    ),
    text=Words(
        "叫号前半小时内由工作人员录入；通常占 {expected}",
        "typed in by staff within half an hour of its call; usual share: {expected}",
    ),
    meaning="是否在叫号前半小时内由工作人员录入；从未叫号的不判断。",
)
def typed_in_minutes_before_service(features: ir.Table) -> ir.Value:
    """Whether an employee typed it in within half an hour of its call; null where it was never called."""
    return features.minutes_before_service.notnull().ifelse(typed_in_at_once(features).cast("float64"), None)
