"""Q203: typed in by staff beyond the released quota."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q203",
    name=Words("超出放号名额录入", "typed in beyond the quota"),
    family="records",
    side="benefit",
    unit=Words("条", "bookings"),
    at_least=1,
    rare=1e-3,
    rarity=Words("加号须经批准，一千条预约中约一条", "a place beyond the quota needs leave: one booking in a thousand"),
    needs=("beyond_quota", "typed_in_by_staff"),
    why=Words(
        "名额已满，工作人员仍录入此预约：它得到了未对外放出的名额。",
        "The quota was used up, and an employee still typed it in: it had a place nobody else was offered.",
    ),
    source="Quotas as released; one, because an employee sees that no slot is left.",
    innocent=(
        Innocent(
            Words("预约系统并发造成的超额不计", "citizens' bookings that overrun by a race of the system"), checked=True
        ),
        Innocent(Words("经批准的加号，未记入名额", "places that were added by leave and not recorded"), checked=False),
    ),
    text=Words(
        "由工作人员录入，超出名额 {value} 条；通常为 {expected}",
        "typed in by staff beyond the quota, by {value}; usual: {expected}",
    ),
    meaning="工作人员录入时超出已放名额的条数；办事人自己预约的计为 0。",
)
def typed_in_beyond_the_quota(features: ir.Table) -> ir.Value:
    """By how many bookings the quota was exceeded as an employee typed it in; 0 for citizens' own bookings."""
    return (features.typed_in_by_staff == 1).ifelse(features.beyond_quota, features.beyond_quota * 0)
