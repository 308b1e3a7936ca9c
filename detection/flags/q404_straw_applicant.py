"""Q404: booked under the name of somebody who never comes."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q404",
    name=Words("冒用身份占号", "straw applicant"),
    family="booking",
    side="channel",
    beside=("booking",),
    unit=Words("次", "bookings"),
    at_least=2,
    rare=0.005,
    rarity=Words(
        "两次爽约或临时退号而一次也没有办成的人很少，约两百人中一人",
        "who misses or drops two slots late and is never served is rare: about one in 200",
    ),
    exposure=Words("办事人身份明确", "an identified applicant"),
    needs=("applicant_never_shown_28d",),
    why=Words(
        "此人一再约号，从不到场，也不及早退号：这个身份只用来占号。",
        "The applicant books again and again, never comes and never cancels in time: an identity that holds slots.",
    ),
    source="Two: one missed appointment happens to anybody; late means within 24 h (docs/sources.md).",
    innocent=(
        Innocent(Words("及早退号的不计", "bookings that were cancelled in time do not count"), checked=True),
        Innocent(Words("28 天内办成过一次", "was served once within 28 days"), checked=True),
        Innocent(Words("病人等一再不能到场者", "the ill and others who were kept from coming twice"), checked=False),
    ),
    text=Words(
        "28 天内 {value} 次爽约或临时退号，一次未办；本中心平均 {expected} 次",
        "bookings of 28 days missed or dropped late, and none served: {value}; the centre's mean: {expected}",
    ),
    meaning="办事人 28 天内爽约或在 24 小时内退号的次数；期间办成过一次的为 0。",
)
def straw_applicant(features: ir.Table) -> ir.Value:
    """Bookings of 28 days that its applicant missed or dropped within a day of the slot; 0 for who was served once."""
    return features.applicant_never_shown_28d
