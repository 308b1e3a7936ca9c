"""Q205: typed in by staff minutes before service, on a day on which others found no slot."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag
from detection.typing_in import typed_in_at_once


@flag(
    code="Q205",
    name=Words("他人无号时临时录入", "typed in while others found no slot"),
    family="records",
    side="benefit",
    unit=Words("0 或 1", "0 or 1"),
    at_least=1,
    rare=0.01,
    rarity=Words(
        "工作人员可为老人或急事临时录入，无号之日每百人中一人",
        "employees type in the elderly and the urgent as they come: one in a hundred, on days short of slots",
    ),
    needs=("staff_minutes_before_service", "refused_that_day", "minutes_before_service"),
    why=Words(
        "别人约不到号的当天，工作人员在办理前几分钟录入了此预约：它得到了未对外放出的名额。",
        "On a day on which others found no slot an employee typed this booking in minutes before it was called: it had "
        "a place that nobody else was offered.",
    ),
    source="The founding case (design): employees put bookings past a queue for which no slots were left. Half an "
    "hour: less than a hall's usual wait.",
    innocent=(
        Innocent(
            Words("当天有人取消，名额空出", "somebody cancelled that day, and a place became free"), checked=False
        ),
        Innocent(
            Words("老人或急事，依规当场办理", "the elderly or an urgent matter, served on the spot by rule"),
            checked=False,
        ),
        Innocent(Words("当天早晨加放的名额", "places that were added to the quota that morning"), checked=False),
    ),
    text=Words(
        "当天有人约不到号，而它在办理前半小时内由工作人员录入；通常占 {expected}",
        "typed in by staff half an hour or less before its call, while others found no slot; usual share: {expected}",
    ),
    meaning="当天有人约不到号的中心，是否在叫号前半小时内由工作人员录入。",
)
def typed_in_while_others_found_none(features: ir.Table) -> ir.Value:
    """Whether an employee typed it in within half an hour of its call, and somebody found no slot there that day."""
    typed = (typed_in_at_once(features) & (features.refused_that_day > 0)).cast("float64")
    known = features.minutes_before_service.notnull() & features.refused_that_day.notnull()
    return known.ifelse(typed, None)
