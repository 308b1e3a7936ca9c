"""Q306: recalled past people before whom its missed call should not have been made."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q306",
    name=Words("首次叫号即越序的重呼", "recalled after a call out of turn"),
    family="priority",
    side="benefit",
    unit=Words("人", "people"),
    at_least=2,
    rare=0.003,
    rarity=Words(
        "约百分之三的叫号是重呼，其中首次叫号越过两人以上的不到十分之一",
        "about three calls in a hundred are recalls, and fewer than one in ten of those missed a call past two or more",
    ),
    needs=("people_passed_since_missed",),
    why=Words(
        "先越过众人叫号，随即记为过号，再以重呼放行：这样的插队自带理由。",
        "Called past those waiting, missed at once, and let in as a recall: a jump that brings its own reason.",
    ),
    source="A recall gives back a turn that was had; whether it was had, the missed call's time says.",
    innocent=(
        Innocent(Words("首次叫号时轮到本人", "its turn had come as the missed call was made"), checked=True),
        Innocent(Words("属于可优先的类别", "a priority class that may go first"), checked=True),
        Innocent(Words("误叫", "a clerk's miscall, which nobody answered"), checked=False),
    ),
    text=Words(
        "重呼时越过 {value} 名在首次叫号时已排在前面的人；本中心平均 {expected} 人",
        "recalled past {value} who stood in front already when it missed its call; the centre's mean: {expected}",
    ),
    meaning="重呼时越过的人中，首次叫号时已排在其前、仍在等候者的人数；未曾过号的计为 0。",
)
def recalled_after_a_call_out_of_turn(features: ir.Table) -> ir.Value:
    """People passed on a recall who stood in front already as the missed call was made; 0 of who missed none."""
    return features.people_passed_since_missed
