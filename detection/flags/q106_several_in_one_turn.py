"""Q106: several served in one turn."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q106",
    name=Words("一号多办", "several served in one turn"),
    family="order",
    side="benefit",
    unit=Words("人", "people"),
    at_least=3,
    rare=0.0005,
    rarity=Words(
        "夫妻或一家人一同办理常见，三人以上两千次中约一次",
        "couples are served together, three or more once in two thousand",
    ),
    needs=("served_in_one_turn",),
    why=Words(
        "一次轮到却办理了数人，其余的人没有排队。",
        "Several people were served in the turn of one: the others did not queue.",
    ),
    source="Turns as in features/queues/turns.py; three, because two are often a couple or parent and child.",
    innocent=(
        Innocent(Words("一家人一同办理", "a family that is served together"), checked=False),
        Innocent(Words("按规定批量办理的登记代理", "a registered agent that may bring several files"), checked=False),
    ),
    text=Words(
        "同一窗口一次办理了 {value} 人；通常为 {expected}",
        "people served by its window in this turn: {value}; usual: {expected}",
    ),
    meaning="其经办人在同一轮办理的人数，含本人：同时办理，或在平时有间歇的网点连续不停办理。",
)
def several_in_one_turn(features: ir.Table) -> ir.Value:
    """People whom its clerk served in its turn, at one time or without a pause, itself included; 1: alone."""
    return features.served_in_one_turn
