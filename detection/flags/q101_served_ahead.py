"""Q101: served ahead of people who were waiting."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag

#: people passed from which it is this flag's; fewer are Q108's
MANY = 3
#: what its p-value compares with
ALIKE = Words(
    "同队列、同时段、同星期、等候人数和开放窗口数相近的叫号，28 天",
    "calls of the same queue, hour, people waiting, windows open and weekday, 28 days",
)
#: lawful reasons that the count of people passed leaves out
LEFT_OUT = (
    Innocent(
        Words(
            "属于可优先的类别，包括超出该类别通常优先幅度的情形",
            "a priority class that may go first, also one that went further than its class usually does",
        ),
        checked=True,
    ),
    Innocent(
        Words(
            "预约时段已到，且该队列通常预约优先，未超出其幅度",
            "an appointment whose slot has begun, as far as its queue usually lets appointments go first",
        ),
        checked=True,
    ),
    Innocent(Words("过号后重呼", "a recall after a missed call"), checked=True),
    Innocent(Words("补齐材料后回窗", "returning with a paper that was missing"), checked=True),
    Innocent(Words("被越过者首次叫号时不在场", "those passed were absent when first called"), checked=True),
)


@flag(
    code="Q101",
    name=Words("插队先办", "served ahead"),
    family="order",
    side="benefit",
    unit=Words("人", "people"),
    at_least=MANY,
    rare=0.02,
    rarity=Words(
        "一次误叫可越过多人，但每名工作人员一天至多一两次，百次叫号中不超过两次",
        "a miscall can pass many, but a clerk makes one or two a day at most: two in a hundred calls",
    ),
    needs=("people_passed", "people_passed_beyond_credit"),
    p="people_passed_p",
    stratum=ALIKE,
    why=Words(
        "没有登记任何理由而越过数名正在等候的人，占用了本属于他们的次序。",
        "Who is called past several waiting people without a recorded reason has had a turn that was theirs.",
    ),
    source="The contract's definition of overtaking; three, because clocks and clerks swap neighbours by themselves.",
    innocent=(
        *LEFT_OUT,
        Innocent(
            Words(
                "新手误叫或系统故障：可对照该时段的其他叫号",
                "a trainee's miscall or an outage: compare the other calls of that hour",
            ),
            checked=False,
        ),
    ),
    text=Words(
        "叫号时越过 {value} 名应先办理的人；本中心通常为 {expected}",
        "called past {value} of those entitled earlier; usual at this centre: {expected}",
    ),
    meaning="叫号时无据越过的、在同一队列等候且应先办理的人数。类别超出其优先时长而越过的人另行判断。",
)
def served_ahead(features: ir.Table) -> ir.Value:
    """People entitled earlier and waiting at the same queue whom this booking's call passed unexplained.

    Whom a recorded class passed beyond its credit is a question about that class, not this flag's.
    """
    return features.people_passed - features.people_passed_beyond_credit.fill_null(0)
