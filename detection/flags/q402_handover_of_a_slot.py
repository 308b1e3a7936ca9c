"""Q402: got its slot from another applicant within seconds."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag

#: s; twice what typing takes at the mean speed (docs/sources.md, handover)
HANDOVER_S = 20


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
    exposure=Words("号源有编号", "a slot that has a name"),
    needs=("slot_bookings", "handover_seconds", "handover_gap_seconds", "handed_within_phone"),
    why=Words(
        "他人退号后几秒即约到同一号源：多半是先占号、后转给此人，其他人没有机会。",
        "It took the very slot that another applicant gave up seconds before: probably held for it and passed on, so "
        "that nobody else had a chance.",
    ),
    source="Handover (docs/sources.md): 20 s, twice what typing takes; people who watch for freed slots follow after "
    "42 s on average.",
    innocent=(
        Innocent(Words("同一电话，即家人之间换号", "the same telephone: a swap within a household"), checked=True),
        Innocent(Words("碰巧守着退号的人", "one who watched for freed slots and was quick by chance"), checked=False),
        Innocent(
            Words("证件填错后为同一人重约", "booked anew for the same person after a mistyped identity number"),
            checked=False,
        ),
    ),
    text=Words(
        "他人退号后 20 秒内约到同一号源（{value}）；通常占 {expected}",
        "took the slot that another applicant had given up within 20 s ({value}); {expected} is usual",
    ),
    meaning="是否在另一办事人退号后 20 秒内约到同一号源；同一电话的、退出号源的一方和从未转手的为 0。",
)
def handover_of_a_slot(features: ir.Table) -> ir.Value:
    """Whether it took its slot within 20 s of another applicant's giving it up.

    0 where both name the same telephone, for the one that only gave it up, and where the slot was never handed on.
    """
    took = features.handover_seconds.notnull()
    at_once = (features.handover_gap_seconds <= HANDOVER_S).fill_null(False)
    household = features.handed_within_phone.fill_null(0) == 1
    handed = (took & at_once & ~household).cast("float64")
    return features.slot_bookings.notnull().ifelse(handed, None)
