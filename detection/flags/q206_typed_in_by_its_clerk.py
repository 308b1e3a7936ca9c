"""Q206: typed in by the very clerk who called it."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q206",
    name=Words("录入与叫号同一人", "typed in by the clerk who called it"),
    family="records",
    side="channel",
    beside=("order", "records"),
    unit=Words("0 或 1", "0 or 1"),
    at_least=1,
    rare=0.2,
    rarity=Words(
        "在五个窗口的大厅，五分之一的录入偶然由同一人叫号",
        "in a hall of five windows every fifth entry is called by the same clerk by chance",
    ),
    needs=("served_by_typist",),
    why=Words(
        "录入预约的人又亲自叫号，无需同事即可让其插队。",
        "Who typed the booking in also called it, and so needed no colleague to put it past the queue.",
    ),
    source="Separation of duties (COSO, Internal Control: Integrated Framework, 2013, principle 10).",
    innocent=(
        Innocent(
            Words(
                "大厅只有一两个窗口，或该业务只有一名经办人", "a hall of one or two windows, or the only clerk for it"
            ),
            checked=False,
        ),
        Innocent(Words("偶然：经办人各叫一部分号", "chance: each clerk calls a part of all"), checked=False),
    ),
    text=Words(
        "由叫号的经办人本人录入；通常占 {expected}",
        "typed in by the clerk who called it; usual share: {expected}",
    ),
    meaning="由工作人员录入的预约，录入人是否就是叫号的经办人。",
)
def typed_in_by_its_clerk(features: ir.Table) -> ir.Value:
    """Whether the employee who typed the booking in is the clerk who called it; null unless an employee typed it in."""
    return features.served_by_typist
