"""On how many bookings of a case each flag fired, beside all bookings of their queues on those days."""

from detection.flag import Words, all_flags
from review.pictures.bars import TIP, height, names_axis, series
from review.pictures.colours import AGAINST, EXPECTED
from review.pictures.evidence import Evidence, Row
from review.pictures.picture import Drawn, picture
from review.wording import Lang, say

TITLE = Words("各指标：本案与同队列", "Each flag: this case beside its queues")
ABOUT = Words(
    "指标触发的比例：本案预约，与相同队列、相同日期内所有可评估的预约相比。",
    "The share on which a flag fired: of this case's bookings, and of all bookings of the same queues and days that "
    "could be assessed.",
)
SERIES = (Words("本案", "this case"), Words("同队列全部预约", "all of the queues"))
SHARE = Words("{fired} / {bookings} 笔（{share}）", "{fired} of {bookings} ({share})")
ALT = Words(
    "{name}：本案 {mine}，同队列 {others}",
    "{name}: {mine} in this case, {others} in its queues",
)
NONE = Words("没有单项指标触发。", "No flag fired by itself.")


@picture(place=2, title=TITLE, about=ABOUT)
def findings(evidence: Evidence, lang: Lang) -> Drawn:
    """Two bars a flag."""
    rows = _compared(evidence)
    if not rows:
        return Drawn(None, say(NONE, lang), (say(NONE, lang),))
    names = [f"{row['flag']} {say(all_flags()[row['flag']].name, lang)}" for row in rows]
    mine = [row["case_fired"] / row["case_assessed"] for row in rows]
    others = [row["fired"] / row["assessed"] if row["assessed"] else None for row in rows]
    labels = [
        [_share(row["case_fired"], row["case_assessed"], lang) for row in rows],
        [_share(row["fired"], row["assessed"], lang) for row in rows],
    ]
    told = [
        say(ALT, lang, name=name, mine=one, others=other)
        for name, one, other in zip(names, labels[0], labels[1], strict=True)
    ]
    words = [say(name, lang) for name in SERIES]
    shown = [
        series(words[0], AGAINST, [100 * share for share in mine], labels[0]),
        series(words[1], EXPECTED, [None if share is None else 100 * share for share in others], labels[1]),
    ]
    option = {
        "tooltip": {**TIP, "formatter": "{b}, {a}: {c} %"},
        "legend": {"data": words, "bottom": 0},
        "grid": {"left": 228, "right": 130, "top": 12, "bottom": 58},
        "xAxis": {
            "type": "value",
            "min": 0,
            "max": 100,
            "axisLabel": {"formatter": "{value} %", "hideOverlap": True},
            "splitNumber": 4,
        },
        "yAxis": names_axis(names),
        "series": [part | {"barMaxWidth": 14} for part in shown],
    }
    return Drawn(option, ". ".join(told) + ".", (), height(len(names), 44))


def _compared(evidence: Evidence) -> list[Row]:
    """For each flag that fired: in the case, and in the queues and days that the case touches."""
    findings = evidence.sql("findings")
    stored = evidence.table(f"SELECT * FROM {findings} LIMIT 0").column_names
    codes = [code for code in all_flags() if f"{code}_fired" in stored]
    counts = ", ".join(
        f"count(*) FILTER ({code}_fired) AS {code}_fired, count({code}_fired) AS {code}_assessed" for code in codes
    )
    beside = evidence.rows(
        f"""SELECT flag, CAST(sum(fired) AS BIGINT) AS fired, CAST(sum(assessed) AS BIGINT) AS assessed
            FROM {evidence.sql("comparison")} GROUP BY flag ORDER BY flag"""
    )
    if not codes or not beside:
        return []
    (mine,) = evidence.rows(f"SELECT {counts} FROM {findings}")
    rows = [
        row | {"case_fired": mine[f"{row['flag']}_fired"], "case_assessed": mine[f"{row['flag']}_assessed"]}
        for row in beside
        if row["flag"] in codes and mine[f"{row['flag']}_fired"]
    ]
    return sorted(rows, key=lambda row: (-row["case_fired"], row["flag"]))


def _share(fired: int, assessed: int, lang: Lang) -> str:
    if not assessed:
        return "–"
    share = fired / assessed
    shown = f"{share:.0%}" if share in {0, 1} or share >= 0.01 else f"{share:.1%}"
    return say(SHARE, lang, fired=f"{fired:,}", bookings=f"{assessed:,}", share=shown)
