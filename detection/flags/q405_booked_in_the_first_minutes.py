"""Q405: booked in the first minutes after the release."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q405",
    name=Words("放号后几分钟内预约", "booked in the first minutes after the release"),
    family="booking",
    side="channel",
    beside=("order", "records", "priority"),
    unit=Words("秒", "seconds"),
    at_most=600,
    rare=0.25,
    rarity=Words(
        "名额紧张时，约四分之一的人守着放号时刻", "where slots are short a quarter of all wait for the release"
    ),
    needs=("seconds_after_release", "typed_in_by_staff"),
    why=Words(
        "代办以此为业，放号即约；单独看并不说明什么。",
        "Who books for others for a living books as soon as slots are out. By itself it says nothing.",
    ),
    source="Ten minutes: the time in which the quotas of halls with more demand than slots are gone (docs/worlds.md).",
    innocent=(
        Innocent(Words("本人守着放号时刻", "a citizen who waits for the release"), checked=False),
        Innocent(Words("工作人员录入的预约不计", "bookings that employees type in do not count"), checked=True),
    ),
    text=Words(
        "放号后 {value} 秒预约；本中心平均 {expected} 秒",
        "booked {value} s after the release; the centre's mean: {expected}",
    ),
    meaning="自放号至预约的秒数；工作人员录入的不计。",
)
def booked_in_the_first_minutes(features: ir.Table) -> ir.Value:
    """Seconds from the latest release of slots that it can have taken to the booking; null where staff typed it in.

    Null also where it was made before any release: then it had its slot by another way.
    """
    own = (features.typed_in_by_staff == 0) & (features.seconds_after_release >= 0)
    return own.ifelse(features.seconds_after_release, None)
