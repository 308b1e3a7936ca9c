"""Q301: a priority class that its applicant is too young for."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q301",
    name=Words("年龄与优先类别不符", "too young for its class"),
    family="priority",
    side="benefit",
    beside=("priority",),
    unit=Words("岁", "years"),
    at_least=5,
    rare=0.03,
    rarity=Words(
        "冒用亲属证件或误选类别，约占优先预约的百分之三",
        "a relative's card or a wrong button: some three in a hundred bookings of a class",
    ),
    needs=("class_years_short",),
    why=Words(
        "记录的类别与出生年份不符：优先是给来的，不是应得的。",
        "The recorded class does not fit the year of birth: the preference was given and not due.",
    ),
    source="Law of the PRC on Protection of the Rights of the Elderly, art. 2 (60 years); five, so that a mistyped "
    "year of birth or a local rule of 55 does not count.",
    innocent=(
        Innocent(Words("出生年份录入有误", "a mistyped year of birth"), checked=False),
        Innocent(
            Words("陪同老人，以老人名义取号", "who comes for an elderly person and takes the ticket"), checked=False
        ),
        Innocent(Words("当地规定年龄更低，相差不足五岁的不计", "a local rule of up to five years less"), checked=True),
    ),
    text=Words(
        "比所记类别的年龄要求小 {value} 岁；通常为 {expected}",
        "too young for the recorded class, by {value} years; usual: {expected}",
    ),
    meaning="办事人比所记优先类别的年龄要求小多少岁；孕妇亦含超出者。",
)
def too_young_for_its_class(features: ir.Table) -> ir.Value:
    """Years by which the applicant is too young for the recorded class, or for a pregnancy too old."""
    return features.class_years_short
