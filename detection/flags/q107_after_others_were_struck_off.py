"""Q107: called as those before it had just been struck off."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q107",
    name=Words("前号速过", "called after others were struck off"),
    family="order",
    side="benefit",
    unit=Words("人", "people"),
    at_least=1,
    rare=0.002,
    rarity=Words(
        "百次叫号中约两次无人应答，二十秒内恰有另一窗口叫下一号的约十分之一",
        "two calls in a hundred find nobody, and within 20 s of one in ten of those another window calls the next",
    ),
    exposure=Words("记录过号的队列", "queues in which missed calls are recorded"),
    needs=("people_struck_off",),
    why=Words(
        "前面的号刚叫就作过号处理，人来不及走到窗口；其人当时在场，稍后又被重呼。排在后面的这一号便“轮到”了。",
        "Those in front were called and struck off before anybody could walk up, though they were there and called "
        "again later. So it became the turn of this one, with a recorded reason.",
    ),
    source="Twenty seconds to answer a call (docs/sources.md, constants). A known way past a queue: numbers are called "
    "so fast that nobody can answer, until the one meant is next.",
    innocent=(
        Innocent(Words("被跳过者没有再来", "those passed over never came back"), checked=True),
        Innocent(
            Words("另一窗口恰在此时叫了下一号", "another window happened to call the next in that moment"),
            checked=False,
        ),
        Innocent(Words("叫号员性急，对谁都一样", "a hasty clerk, who does so to everybody"), checked=False),
    ),
    text=Words(
        "叫号前二十秒内有 {value} 名在场的应先办理者刚被作过号处理；本中心平均 {expected} 人",
        "people struck off within 20 s before its call, though they were there: {value}; the centre's mean: {expected}",
    ),
    meaning="应先办理、在其叫号前二十秒内被作过号处理、而后又被叫到的人数。",
)
def called_after_others_were_struck_off(features: ir.Table) -> ir.Value:
    """People passed as absent whose missed call was made too shortly before its own for anybody to answer."""
    return features.people_struck_off
