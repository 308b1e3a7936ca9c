"""Q407: a slot that changed hands within three minutes, more slowly than Q402 asks."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag
from detection.passing_on import passed_on
from features.making.handovers import HANDOVER_S

#: s; three minutes: somebody who cancels on one telephone and books on another by hand, with a call between
SOON_S = 180


@flag(
    code="Q407",
    name=Words("号源很快换人", "a slot that soon changed hands"),
    family="booking",
    side="benefit",
    unit=Words("0 或 1", "0 or 1"),
    at_least=1,
    rare=0.02,
    rarity=Words(
        "退号在三分钟内被他人约走，百次预约中约两次",
        "slots that are given up are found within three minutes by others: two bookings in a hundred",
    ),
    exposure=Words("号源有编号，且记录退号", "a slot that has a name, in a log that records cancellations"),
    needs=("handed_over", "handover_gap_seconds", "handed_within_phone", "applicants_on_phone", "phone_hub"),
    why=Words(
        "用手操作的转手要一两分钟；单看常属碰巧，与同一设备或团伙同现才可疑。",
        "A handover by hand takes a minute or two. Alone it is mostly chance; beside a ring's devices it is not.",
    ),
    source="Handover (docs/sources.md), and the time that typing two bookings by hand takes.",
    innocent=(
        Innocent(Words("家人之间或单位公用电话之间换号", "a swap within a household or an office"), checked=True),
        Innocent(Words("候补名单自动递补", "a waiting list that gives freed slots to the next"), checked=False),
        Innocent(Words("碰巧守着退号的人", "one who watched for freed slots"), checked=False),
    ),
    text=Words(
        "号源在 20 秒至 3 分钟内换了办事人；通常占 {expected}",
        "its slot went from one applicant to another within 20 s to 3 min; usual share: {expected}",
    ),
    meaning="号源是否在 20 秒以上、3 分钟以内由一名办事人转到另一名；同一家人或单位电话的和从未转手的为 0。",
)
def slot_that_soon_changed_hands(features: ir.Table) -> ir.Value:
    """Whether its slot went from one applicant to another within 20 s to 3 min: of who gave it up and of who took it.

    0 where both name the same telephone and that is a household's or an office's, and where the slot was never handed
    on.
    """
    gap = features.handover_gap_seconds
    return passed_on(features, (gap > HANDOVER_S) & (gap <= SOON_S))
