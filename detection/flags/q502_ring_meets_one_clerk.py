"""Q502: its ring meets the clerk beyond what chance deals."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag

#: p-value above which meetings are put down to chance; as `rare`
BY_CHANCE = 0.02
#: calls of the ring with fewer than which two meetings beyond chance cannot be had, so that their lack says nothing
FEWEST = 3


@flag(
    code="Q502",
    name=Words("团伙总遇同一经办人", "ring meets one clerk"),
    family="links",
    side="channel",
    unit=Words("次", "meetings"),
    at_least=2,
    rare=0.02,
    rarity=Words(
        "只在偶然概率不超过百分之二时触发", "it fires only where chance deals as much in one case of fifty or less"
    ),
    exposure=Words(
        "同一时段另有人叫号，且团伙在这些时段至少被叫 3 次",
        "others who called in the same hours and queues, and at least 3 calls of the ring in them",
    ),
    needs=("ring_calls", "ring_clerk_meetings", "ring_clerk_expected", "ring_clerk_p"),
    p="ring_clerk_p",
    stratum=Words(
        "同队列同小时内各经办人的叫号份额",
        "each clerk's share of the calls in the same hours of the same queue",
    ),
    why=Words(
        "同一团伙的预约总由同一经办人叫号，多于班次、队列和时段所能解释的。",
        "The ring's bookings are called by one clerk more often than shift, queue and hour explain.",
    ),
    source="Exact p-value of features/linking/affinity.py; two meetings beyond chance, since one happens by itself.",
    innocent=(
        Innocent(Words("班次、队列和时段", "shift, queue and hour"), checked=True),
        Innocent(
            Words("该业务专由此人经办", "a matter within the queue that this clerk alone deals with"), checked=False
        ),
    ),
    text=Words(
        "团伙与此经办人的相遇比偶然多 {value} 次；本中心平均 {expected}",
        "its ring's meetings with this clerk, beyond chance: {value}; the centre's mean: {expected}",
    ),
    meaning="团伙与该经办人相遇次数减去偶然应有的次数；偶然概率大于 0.02 时为 0。",
)
def ring_meets_one_clerk(features: ir.Table) -> ir.Value:
    """Meetings of the booking's ring with its clerk beyond what chance deals; 0 where its p-value is above 0.02."""
    beyond = features.ring_clerk_meetings - features.ring_clerk_expected
    found = (features.ring_clerk_p > BY_CHANCE).ifelse(beyond * 0, beyond)
    return (features.ring_calls >= FEWEST).ifelse(found, None)
