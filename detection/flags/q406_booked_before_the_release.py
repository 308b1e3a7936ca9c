"""Q406: booked before its slots were released."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag

#: s; clocks of systems that book and release may differ by as much (`clock_skew_s` of a source)
CLOCKS_S = 60


@flag(
    code="Q406",
    name=Words("放号前已预约", "booked before the release"),
    family="booking",
    side="benefit",
    unit=Words("0 或 1", "0 or 1"),
    at_least=1,
    rare=2e-3,
    rarity=Words(
        "放号时刻登记有误或提前试放，约五百条一次",
        "a release that was recorded late or tried out early: one booking in five hundred",
    ),
    exposure=Words("登记了放号时刻的名额", "quotas with a time of release"),
    needs=("seconds_after_release", "typed_in_by_staff"),
    why=Words(
        "号源尚未对外放出就被约走，只有内部的人能做到。",
        "Before slots are out nobody can book them, but for somebody inside.",
    ),
    source="Quotas as released; a minute, as much as the clocks of a source may differ.",
    innocent=(
        Innocent(
            Words("工作人员为复诊等预留录入的不计", "visits that an employee arranges ahead do not count"), checked=True
        ),
        Innocent(Words("放号时刻登记有误", "a time of release that was recorded wrongly"), checked=False),
    ),
    text=Words(
        "在号源放出之前已预约；通常占 {expected}", "booked before its slots were released; usual share: {expected}"
    ),
    meaning="是否在放号一分钟以前、非由工作人员录入而预约；工作人员录入的为 0。",
)
def booked_before_the_release(features: ir.Table) -> ir.Value:
    """Whether it was booked more than a minute before the release, and not typed in by an employee."""
    seconds = features.seconds_after_release
    early = (seconds < -CLOCKS_S) & (features.typed_in_by_staff == 0)
    return seconds.notnull().ifelse(early.cast("float64"), None)
