"""Q304: went ahead of waiting people by a priority class."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q304",
    name=Words("凭优先类别先办", "ahead by a priority class"),
    family="priority",
    side="benefit",
    unit=Words("人", "people"),
    at_least=1,
    rare=0.075,
    rarity=Words(
        "残疾人、军人、孕妇和年龄未录的老人依规优先，至多占叫号的百分之七八",
        "the disabled, veterans, the pregnant, and old people of no recorded age go first by rule: at most seven or "
        "eight calls in a hundred",
    ),
    needs=("people_passed_priority", "people_passed_beyond_credit", "class_borne_out"),
    why=Words(
        "优先类别由人录入：若类别是给来的，它就是插队最不显眼的方式。",
        "A class is typed in by a person. One that was given for money is the least conspicuous way past a queue.",
    ),
    source="The contract's priority classes; the flag says what was gained, and others beside it whether it was due.",
    innocent=(
        Innocent(
            Words("年龄可证的老人，依法优先", "old people whose age proves their class: the law lets them go first"),
            checked=True,
        ),
        Innocent(Words("其他类别属实，多数情况如此", "another class is true, as most are"), checked=False),
        Innocent(Words("窗口专设优先队列", "a window that is kept for the class"), checked=False),
    ),
    text=Words(
        "凭优先类别先于 {value} 名等候者叫号；本中心平均 {expected} 人",
        "by its priority class ahead of {value} of those waiting; the centre's mean: {expected}",
    ),
    meaning="因优先类别而被越过的等候者人数，含超出该类别通常优先程度者；年龄可证的老人计为 0。",
)
def ahead_by_a_class(features: ir.Table) -> ir.Value:
    """People whom the booking's class let it pass, and those whom it passed beyond what that class usually passes.

    0 for the elderly whose age proves it.
    """
    passed = features.people_passed_priority + features.people_passed_beyond_credit.fill_null(0)
    return (features.class_borne_out == 1).fill_null(False).ifelse(passed * 0, passed)
