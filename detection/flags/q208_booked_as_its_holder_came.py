"""Q208: recorded as booked from afar minutes before its holder came."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag

#: minutes from booking to check-in: hardly anybody both finds a slot and reaches the hall sooner
ON_THE_WAY_MIN = 15


@flag(
    code="Q208",
    name=Words("到场前几分钟才预约", "booked from afar as its holder came"),
    family="records",
    side="benefit",
    unit=Words("0 或 1", "0 or 1"),
    at_least=1,
    rare=2e-3,
    rarity=Words(
        "在路上刷到别人退出的号，五百人中约一人",
        "a slot that somebody gave up, found on the way: one in five hundred",
    ),
    exposure=Words("网上或电话预约并有签到时间的预约", "bookings made online or by telephone, with a check-in"),
    needs=("minutes_from_booking_to_coming",),
    why=Words(
        "记录为网上或电话预约，但预约后几分钟人就到场：更像由内部人员代为补录，得到了别人约不到的名额。",
        "The record says that it was booked online or by telephone, and minutes later its holder was there: so it "
        "looks where somebody inside puts in whoever comes, and dresses it as a citizen's booking.",
    ),
    source="A quarter of an hour, as a way to a hall takes. Where people may book at the door many do, and then it "
    "hardly weighs.",
    innocent=(
        Innocent(
            Words("该中心允许当场扫码预约的，通常占比高", "centres where people book at the door: there it is usual"),
            checked=True,
        ),
        Innocent(Words("有人刚退号，在路上约到", "a slot that was just given up, found on the way"), checked=False),
    ),
    text=Words(
        "网上或电话预约后一刻钟内即到场；通常占 {expected}",
        "booked online or by telephone a quarter of an hour or less before its check-in; usual share: {expected}",
    ),
    meaning="网上或电话预约后是否一刻钟内即签到。",
)
def booked_as_its_holder_came(features: ir.Table) -> ir.Value:
    """Whether it was booked from afar a quarter of an hour or less before its check-in."""
    return (features.minutes_from_booking_to_coming <= ON_THE_WAY_MIN).cast("float64")
