"""Q305: called at once as returning or recalled, without any earlier visit or missed call."""

import ibis
import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag

#: of those who return, the share with a recorded first visit from which on the others' are taken to be missing
RECORDED = 0.5


@flag(
    code="Q305",
    name=Words("称回窗却未曾到过", "a return without a first visit"),
    family="priority",
    side="benefit",
    unit=Words("人", "people"),
    at_least=1,
    grows=False,  # who returns passes all who wait
    rare=0.003,
    rarity=Words(
        "补件者约占叫号的百分之二，其中约七分之一首次到访更早，或以他人名义登记",
        "about two calls in a hundred are of people who return, and one in seven of them may have come before the log "
        "begins, or under another name",
    ),
    exposure=Words("该网点此前至少七天的记录", "seven days of the centre's log before"),
    needs=("people_passed_recall", "claims_to_return", "other_visits_28d", "returners_borne_out"),
    why=Words(
        "补件回窗和过号重呼者不必再排队；以此名义放行，却查不到此人到过窗口，等于白送一个位置。",
        "Who returns with a paper, or missed a call, need not wait again. Let through under that name, and never seen "
        "there before, somebody was given a place.",
    ),
    source="The contract's reasons that permit overtaking; whether somebody was there before, the log itself knows.",
    innocent=(
        Innocent(Words("当日或此前 27 天内曾到本中心", "was at the centre that day or in the 27 before"), checked=True),
        Innocent(Words("过号后重新叫号", "missed a call and was called again"), checked=True),
        Innocent(
            Words(
                "当日多数补件者都无首次到访记录的网点不判断",
                "a centre that records no first visits: that day most of those who return have none",
            ),
            checked=True,
        ),
        Innocent(
            Words("首次到访更早，或由他人以其名义办理", "came longer ago, or somebody else came first"), checked=False
        ),
    ),
    text=Words(
        "以补件或重呼名义先于 {value} 人叫号，却无首次到访记录；本中心平均 {expected} 人",
        "called ahead of {value} people as returning or recalled, and never seen there before; the centre's mean: "
        "{expected}",
    ),
    meaning="以补件回窗或过号重呼名义越过的人数；当日或此前 27 天内到过本中心或有过号记录的计为 0；"
    "当日补件者多数无首次到访记录的不判断。",
)
def return_without_a_first_visit(features: ir.Table) -> ir.Value:
    """People passed as returning or recalled, by somebody with no earlier visit there and no missed call; else 0.

    Null where most of the centre's who return that day have none: then nobody records them.
    """
    passed = features.people_passed_recall
    unproven = (features.claims_to_return == 1) & (features.other_visits_28d == 0)
    recorded = (features.returners_borne_out >= RECORDED).fill_null(True)
    return ibis.cases((~unproven, passed * 0), (unproven & recorded, passed))
