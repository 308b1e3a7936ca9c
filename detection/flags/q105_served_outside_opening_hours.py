"""Q105: served outside opening hours."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q105",
    name=Words("非开放时间办理", "served outside opening hours"),
    family="order",
    side="benefit",
    unit=Words("分钟", "minutes"),
    at_least=5,
    rare=0.0005,
    rarity=Words(
        "开门前或下班后到场并获办理，两千次中约一次",
        "who comes before opening or after closing is served once in two thousand",
    ),
    needs=("outside_hours_minutes", "people_passed", "load"),
    why=Words(
        "大厅未开放时到场并获办理，得到了他人没有的机会。",
        "Who came and was served while the hall was closed had a chance that nobody else was given.",
    ),
    source="Shifts as delivered; five minutes, since clocks differ and doors open a little early.",
    innocent=(
        Innocent(Words("按时到场、因排队而迟办的不计", "who came in time and waited past closing"), checked=True),
        Innocent(
            Words(
                "提前开窗时排在队首的不计",
                "first in a line that waited there: windows that begin early and serve who stands at the doors",
            ),
            checked=True,
        ),
        Innocent(
            Words("临时延长开放或上门服务", "hours that were extended, or a service by appointment"), checked=False
        ),
    ),
    text=Words(
        "在开放时间以外 {value} 分钟到场办理；通常为 {expected}",
        "came and was served outside opening hours, by {value} min; usual: {expected}",
    ),
    meaning="到场与办理均在开放时间以外的分钟数；午间无窗口开放也算。当时有人等候而其排在队首的计为 0。",
)
def served_outside_opening_hours(features: ir.Table) -> ir.Value:
    """Minutes outside its centre's shifts at which it was served, having come outside them too.

    0: within them, or first in a line of which others waited on.
    """
    minutes = features.outside_hours_minutes
    in_turn = (features.people_passed == 0) & (features.load >= 1)
    return in_turn.fill_null(False).ifelse(minutes * 0, minutes)
