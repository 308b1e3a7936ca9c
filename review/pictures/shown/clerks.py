"""Calls past waiting people without a recorded reason: the centre's clerks beside each other on the case's days."""

from detection.flag import Words
from review.pictures.bars import TIP, height, names_axis, series
from review.pictures.colours import AGAINST, EXPECTED, NEUTRAL
from review.pictures.evidence import Evidence, Row
from review.pictures.picture import Drawn, picture
from review.wording import Lang, plain, say

TITLE = Words("工作人员的无据越位叫号", "Clerks' unexplained calls")
ABOUT = Words(
    "本案各日，各工作人员无据越过等候者的叫号次数，与同队列同时段分派给其的期望相比。本案经办人为橙色。",
    "On the case's days: each clerk's calls past waiting people without a recorded reason, beside what chance would "
    "have dealt them within the same hours of the same queues. Clerks of this case are orange.",
)
SERIES = (Words("本案经办人", "clerks of this case"), Words("其他工作人员", "other clerks"), Words("期望", "expected"))
OF_CALLS = Words("{observed} / {calls} 次叫号", "{observed} of {calls} calls")
ALT = Words("{clerk}：{observed} 次，期望 {expected} 次", "{clerk}: {observed}, {expected} expected")
NONE = Words(
    "没有可比较的叫号（未提供工作人员，或同时段无他人叫号）：未评估。",
    "No calls to compare (no clerks delivered, or nobody else called in those hours): not assessed.",
)
MORE = Words("另有 {left} 名其他工作人员未列出。", "Other clerks not shown: {left}.")
MOST = 10


@picture(place=7, title=TITLE, about=ABOUT)
def clerks(evidence: Evidence, lang: Lang) -> Drawn:
    """Two bars a clerk, those of the case first."""
    rows = _dealt(evidence)
    if not rows:
        return Drawn(None, say(NONE, lang), (say(NONE, lang),))
    notes = (say(MORE, lang, left=len(rows) - MOST),) if len(rows) > MOST else ()
    rows = rows[:MOST]
    names = [plain(f"{row['centre_id']} {row['clerk_id']}") for row in rows]
    labels = [say(OF_CALLS, lang, observed=f"{row['observed']:,}", calls=f"{row['calls']:,}") for row in rows]
    mine = [float(row["observed"]) if row["mine"] else None for row in rows]
    theirs = [None if row["mine"] else float(row["observed"]) for row in rows]
    expected = [round(row["expected"], 2) for row in rows]
    told = [
        say(ALT, lang, clerk=name, observed=row["observed"], expected=f"{row['expected']:,.1f}")
        for name, row in zip(names, rows, strict=True)
    ]
    words = [say(name, lang) for name in SERIES]
    option = {
        "tooltip": {**TIP, "formatter": "{b}, {a}: {c}"},
        "legend": {"data": words, "bottom": 0},
        "grid": {"left": 150, "right": 120, "top": 12, "bottom": 58},
        "xAxis": {"type": "value", "min": 0, "minInterval": 1, "splitNumber": 4},
        "yAxis": names_axis(names, 140),
        "series": [
            series(words[0], AGAINST, mine, labels) | {"stack": "observed"},
            series(words[1], NEUTRAL, theirs, labels) | {"stack": "observed"},
            series(words[2], EXPECTED, expected, [f"{value:,.1f}" for value in expected]),
        ],
    }
    return Drawn(option, "; ".join(told) + ("。" if lang == "zh" else "."), notes, height(len(rows), 44))


def _dealt(evidence: Evidence) -> list[Row]:
    """Each clerk's comparable calls, in sum over the case's days; clerks of the case first, then by excess."""
    days = evidence.days()
    if not days:
        return []
    return evidence.rows(
        f"""WITH mine AS (SELECT DISTINCT centre_id, coalesce(clerk_id, created_by) AS clerk_id
                FROM {evidence.sql("bookings")}),
            days AS (SELECT DISTINCT service_day, centre_id FROM {evidence.sql("bookings")})
            SELECT h.centre_id, h.hand_id AS clerk_id, CAST(sum(calls) AS BIGINT) AS calls,
                CAST(sum(observed) AS BIGINT) AS observed, sum(expected) AS expected,
                (h.centre_id, h.hand_id) IN (SELECT (centre_id, clerk_id) FROM mine) AS mine
            FROM {evidence.lake.sql("hands", days[0], days[-1])} h SEMI JOIN days USING (service_day, centre_id)
            WHERE h.kind = 'clerk' AND h.hand_id IS NOT NULL AND h.expected IS NOT NULL
            GROUP BY ALL HAVING sum(calls) > 0
            ORDER BY mine DESC, sum(observed) - sum(expected) DESC, h.centre_id, h.hand_id"""
    )
