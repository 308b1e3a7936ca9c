"""Q108: served ahead of one or two people who were waiting."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag
from detection.flags.q101_served_ahead import ALIKE, LEFT_OUT, MANY, served_ahead


@flag(
    code="Q108",
    name=Words("越过一两人先办", "served ahead of one or two"),
    family="order",
    side="benefit",
    unit=Words("人", "people"),
    at_least=1,
    rare=0.05,
    rarity=Words(
        "邻近两人叫号对调是常事，二十次叫号中有一次",
        "neighbours change places by themselves, in one call of twenty",
    ),
    needs=("people_passed", "people_passed_beyond_credit"),
    p="people_passed_p",
    stratum=ALIKE,
    why=Words(
        "越过一两人本身说明不了什么；但若同一团伙的人总由同一经办人叫号，或另有佐证，次数多了就是安静的插队。",
        "Passing one or two says little by itself; where the same clerk keeps calling one ring's people, or something "
        "else stands beside it, it is how a quiet queue is jumped.",
    ),
    source="The contract's definition of overtaking; below the threshold of Q101, in a queue too short for more.",
    innocent=(
        *LEFT_OUT,
        Innocent(
            Words(
                "时钟有差、前后两人同时到场、窗口间先后叫号",
                "clocks that differ, two who came together, windows that call within the same moment",
            ),
            checked=False,
        ),
    ),
    text=Words(
        "叫号时越过 {value} 名应先办理的人；本中心通常为 {expected}",
        "called past {value} of those entitled earlier; usual at this centre: {expected}",
    ),
    meaning="叫号时无据越过的应先办理的人数，一人或两人；三人起由 Q101 判断，此处为 0。",
)
def served_ahead_of_one_or_two(features: ir.Table) -> ir.Value:
    """People passed unexplained as Q101 counts them, where they are one or two; 0 where they are more."""
    passed = served_ahead(features)
    return (passed < MANY).ifelse(passed, passed * 0)
