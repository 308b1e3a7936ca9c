"""Q303: a priority class that comes with a ring."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q303",
    name=Words("优先类别伴随团伙", "a class that comes with a ring"),
    family="priority",
    side="channel",
    beside=(),
    unit=Words("人", "people"),
    at_least=1,
    rare=0.002,
    rarity=Words("替多人预约者的客户中也有老人", "who books for many books for elderly people, too: two in a thousand"),
    needs=("people_passed_priority", "ring_applicants"),
    why=Words(
        "经团伙预约者凭优先类别越过他人：类别可能是一并买来的。",
        "Who was booked by a ring passed people by a priority class: the class may have come with it.",
    ),
    source="The design's benefit and channel; Q304 and Q505 weigh its two parts, so that it adds nothing to them.",
    innocent=(
        Innocent(
            Words("团伙替老人预约，类别属实", "a ring that books for elderly people, whose class is true"),
            checked=False,
        ),
        Innocent(Words("有效登记的代理机构", "an agency whose registration is valid"), checked=True),
    ),
    text=Words(
        "经团伙预约，凭优先类别越过 {value} 人；平均为 {expected}",
        "of a ring, and by a priority class past {value} of those waiting; mean: {expected}",
    ),
    meaning="属于团伙的预约凭优先类别越过的人数；不属于任何团伙的为 0。",
)
def class_with_a_ring(features: ir.Table) -> ir.Value:
    """People whom a booking of a ring passed by its class; 0: of no ring."""
    passed = features.people_passed_priority
    return features.ring_applicants.notnull().ifelse((features.ring_applicants >= 2).ifelse(passed, passed * 0), None)
