"""Q402: got its slot from another applicant within seconds."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag
from detection.passing_on import passed_on
from features.making.handovers import HANDOVER_S


@flag(
    code="Q402",
    name=Words("号源转手", "handover of a slot"),
    family="booking",
    side="benefit",
    unit=Words("0 或 1", "0 or 1"),
    at_least=1,
    rare=0.01,
    rarity=Words(
        "有人守着退号：百次预约中约一次碰巧在几秒内约到他人退出的号",
        "people who watch for freed slots happen to take one within seconds: about one booking in a hundred",
    ),
    exposure=Words("号源有编号，且记录退号", "a slot that has a name, in a log that records cancellations"),
    needs=("handed_over", "handover_gap_seconds", "handed_within_phone", "applicants_on_phone", "phone_hub"),
    why=Words(
        "一人退号，另一人几秒即约到同一号源：多半是先占号、后转手，其他人没有机会。",
        "One applicant gave the slot up and another took it seconds later: probably held for it and passed on, so that "
        "nobody else had a chance.",
    ),
    source="Handover (docs/sources.md): 20 s, twice what typing takes; people who watch for freed slots follow after "
    "42 s on average.",
    innocent=(
        Innocent(
            Words(
                "同一电话、且近30天不超过五人使用，即家人之间换号；单位公用电话亦不计",
                "the same telephone, of five people at most in 30 days, or an office's: a swap between its own",
            ),
            checked=True,
        ),
        Innocent(Words("碰巧守着退号的人", "one who watched for freed slots and was quick by chance"), checked=False),
        Innocent(
            Words("证件填错后为同一人重约", "booked anew for the same person after a mistyped identity number"),
            checked=False,
        ),
    ),
    text=Words(
        "号源在 20 秒内由一名办事人转到另一名；通常占 {expected}",
        "its slot went from one applicant to another within 20 s; usual share: {expected}",
    ),
    meaning="号源是否在 20 秒内由一名办事人转到另一名；退出和接手的双方均计，同一家人或单位电话的和从未转手的为 0。",
)
def handover_of_a_slot(features: ir.Table) -> ir.Value:
    """Whether its slot went from one applicant to another within 20 s: of who gave it up and of who took it.

    0 where both name the same telephone and that is a household's or an office's, and where the slot was never handed
    on.
    """
    return passed_on(features, features.handover_gap_seconds <= HANDOVER_S)
