"""Q401: its slot was taken within seconds of the release."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q401",
    name=Words("放号即抢", "burst at release"),
    family="booking",
    side="channel",
    beside=("booking",),
    unit=Words("秒", "seconds"),
    at_most=15,
    rare=0.02,
    rarity=Words(
        "少数人守着放号时刻，并由手机自动填好表单",
        "a few wait for the release with a telephone that fills in the form by itself",
    ),
    exposure=Words("号源有放号时刻", "a slot whose release has a time"),
    needs=("slot_grabbed_seconds", "seconds_after_release", "typed_in_by_staff"),
    why=Words(
        "放号后几秒即被约走：人打开页面、选时段、填身份证号和手机号来不及，多半是程序所为。",
        "The slot was gone within seconds of its release, sooner than a person opens the page, picks a time and types "
        "in an identity number and a telephone number: probably a program took it.",
    ),
    source="Human speed (docs/sources.md): typing alone takes 10 s at the mean; another 5 s to open the page and pick.",
    innocent=(
        Innocent(
            Words("浏览器自动填表，且守着放号时刻", "a form filled in by the browser of one who waits for the release"),
            checked=False,
        ),
        Innocent(Words("打字特别快的人：最快只需 4 秒", "the fastest typists, who need only 4 s"), checked=False),
        Innocent(Words("工作人员录入的预约不计", "bookings that employees type in do not count"), checked=True),
    ),
    text=Words(
        "号源放出后 {value} 秒即被约走；本中心平均 {expected} 秒",
        "its slot was taken {value} s after the release; the centre's mean: {expected}",
    ),
    meaning="自放号至该号源首次被约走的秒数；号源未转手时为本预约的秒数，工作人员录入者除外。放号之前所约的不计。",
)
def burst_at_release(features: ir.Table) -> ir.Value:
    """Seconds from the release to the first taking of its slot: the earlier holder's, where it was handed on.

    Null where it was taken before the release, or where staff typed it in and it was not handed on.
    """
    own = (features.typed_in_by_staff == 0).ifelse(features.seconds_after_release, None)
    taken = features.slot_grabbed_seconds.fill_null(own)
    return (taken >= 0).ifelse(taken, None)
