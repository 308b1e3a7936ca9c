"""Q505: of a hidden ring."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q505",
    name=Words("属于隐蔽团伙", "of a hidden ring"),
    family="links",
    side="channel",
    unit=Words("人", "applicants"),
    at_least=2,
    rare=0.005,
    rarity=Words(
        "村里的热心人或单位的经办人也会用几部电话替多人预约",
        "a helpful neighbour or an office's secretary also books for many with a few telephones",
    ),
    needs=("ring_applicants",),
    why=Words(
        "几部电话和设备轮流为同一批人预约，比偶然稠密得多。",
        "A few telephones and devices book for the same people in turns, far more densely than chance would have it.",
    ),
    source="FRAUDAR's dense blocks (Hooi et al., KDD 2016), docs/rings.md.",
    innocent=(
        Innocent(Words("有效登记的代理机构", "an agency whose registration is valid"), checked=True),
        Innocent(Words("家庭", "a family"), checked=True),
        Innocent(
            Words(
                "单位或村里替人预约者，其人照常排队",
                "an office or a neighbour who books for people who wait their turn",
            ),
            checked=False,
        ),
    ),
    text=Words(
        "所属团伙 30 天内为 {value} 名办事人预约；平均为 {expected}",
        "citizens in 30 days for whom its ring booked: {value}; the centre's mean: {expected}",
    ),
    meaning="该预约所属团伙 30 天内代为预约的不同办事人数；0：不属于任何团伙。",
)
def of_a_hidden_ring(features: ir.Table) -> ir.Value:
    """Different citizens who booked with the telephones, devices and agents of the booking's ring; 0: of no ring."""
    return features.ring_applicants
