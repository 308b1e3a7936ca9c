"""Q207: a ticket number from before its holder came."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q207",
    name=Words("票号早于到场", "ticket older than its holder"),
    family="records",
    side="benefit",
    unit=Words("人", "people"),
    at_least=5,
    rare=2e-3,
    rarity=Words(
        "代人取号、取号后离开再签到者，约五百票一次",
        "who takes a ticket and checks in only later does so once in five hundred tickets",
    ),
    needs=("tickets_predated", "wait_minutes"),
    why=Words(
        "开门前抽走小号、留给后到的人，他便排在早到者之前。",
        "Who pulls low numbers early and keeps them for those who come later puts them before all who came between.",
    ),
    source="Hall machines number tickets in sequence; five, because neighbours swap within the clocks' skew.",
    innocent=(
        Innocent(
            Words("取号机中途重新编号：当日多人如此", "a machine that began anew: then many of that day are"),
            checked=True,
        ),
        Innocent(
            Words("预约时已发号、到场才签到的大厅", "halls that number bookings, and check people in as they come"),
            checked=True,
        ),
        Innocent(
            Words("到窗口才补登取号的不判断", "who was checked in at the counter only: its check-in is its call"),
            checked=True,
        ),
        Innocent(Words("取号后暂时离开", "took a ticket, and went away for a while"), checked=False),
    ),
    text=Words(
        "票号小于 {value} 名先到者的票号；本中心通常为 {expected}",
        "a lower ticket number than {value} of those who checked in before it; usual at this centre: {expected}",
    ),
    meaning="本网点票号更大而登记取号时间更早的人数；取号与叫号同一时刻的不判断。",
)
def ticket_older_than_its_holder(features: ir.Table) -> ir.Value:
    """People of the centre with a higher ticket number and an earlier recorded check-in; null if that is its call."""
    at_the_counter = (features.wait_minutes == 0).fill_null(False)
    return at_the_counter.ifelse(None, features.tickets_predated)
