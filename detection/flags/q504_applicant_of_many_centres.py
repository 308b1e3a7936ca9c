"""Q504: of an applicant who wanders over centres."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q504",
    name=Words("办事人辗转多个网点", "applicant of many centres"),
    family="links",
    side="channel",
    unit=Words("个", "centres"),
    at_least=3,
    rare=0.01,
    rarity=Words(
        "一个月内在三处网点约号的人极少，约百人中一人",
        "who books at three centres within a month is one in a hundred",
    ),
    exposure=Words("办事人身份明确", "an identified applicant"),
    needs=("applicant_centres_28d",),
    why=Words(
        "同一身份一个月内在多处网点约号，常见于以此为业或被借用的身份。",
        "One identity that books at several centres within a month is often a trader's, or one that others use.",
    ),
    source="Judgement: a citizen has a nearest hall and perhaps one near work; a third is unusual.",
    innocent=(
        Innocent(Words("就近无号而另寻网点", "looking elsewhere because the nearest had no slots"), checked=False),
        Innocent(Words("不同事项由不同网点办理", "different matters that different centres deal with"), checked=False),
    ),
    text=Words(
        "办事人 28 天内在 {value} 处网点约号；本中心平均 {expected} 处",
        "centres at which its applicant had bookings within 28 days: {value}; the centre's mean: {expected}",
    ),
    meaning="办事人 28 天内有预约的不同网点数。",
)
def applicant_of_many_centres(features: ir.Table) -> ir.Value:
    """Different centres at which its applicant had bookings for the 28 days up to the night."""
    return features.applicant_centres_28d
