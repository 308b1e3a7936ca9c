"""Whom a ring or an agent meets: its bookings' clerks, beside what chance alone would have dealt."""

import pyarrow as pa

from detection.flag import Words
from review.pictures.bars import TIP, height, names_axis, series
from review.pictures.colours import AGAINST, EXPECTED
from review.pictures.evidence import Evidence, Row
from review.pictures.picture import Drawn, picture
from review.wording import Lang, plain, say

TITLE = Words("与工作人员的相遇", "Meetings with clerks")
ABOUT = Words(
    "团伙、代办机构或共用标识的预约在 30 天内由各工作人员叫号的次数，与同队列同时段随机分派的期望相比。",
    "How often each clerk called bookings of the ring, agent or shared identifier within 30 days, beside what chance "
    "deals within the same hours of the same queues.",
)
SERIES = (Words("实际", "observed"), Words("期望", "expected"))
CHANCE = Words("{met}（偶然概率 {p}）", "{met} (chance {p})")
ALT = Words("{clerk}：实际 {met} 次，期望 {expected} 次", "{clerk}: met {met} times, {expected} expected")
NONE = Words(
    "没有可比较的相遇（无共用标识、无工作人员，或同时段无他人叫号）：未评估。",
    "No meetings to compare (nothing shared, no clerks, or nobody else called in those hours): not assessed.",
)
MORE = Words("另有 {left} 名工作人员未列出。", "Clerks not shown: {left}.")
MOST = 10
#: nights of a case whose other meetings are read: a ring meets its clerks anew within two weeks
RING_DAYS = 10


@picture(place=6, title=TITLE, about=ABOUT)
def meetings(evidence: Evidence, lang: Lang) -> Drawn:
    """Two bars a clerk, the one met furthest beyond chance first."""
    rows = _met(evidence)
    if not rows:
        return Drawn(None, say(NONE, lang), (say(NONE, lang),))
    notes = (say(MORE, lang, left=len(rows) - MOST),) if len(rows) > MOST else ()
    rows = rows[:MOST]
    names = [plain(f"{row['centre_id']} {row['clerk_id']}") for row in rows]
    met, expected = [float(row["met"]) for row in rows], [round(float(row["expected"]), 2) for row in rows]
    labels = [
        say(CHANCE, lang, met=f"{row['met']:,.0f}", p=f"{row['p']:.2g}") if row["p"] is not None else f"{row['met']:,}"
        for row in rows
    ]
    told = [
        say(ALT, lang, clerk=name, met=f"{one:,.0f}", expected=f"{other:,.1f}")
        for name, one, other in zip(names, met, expected, strict=True)
    ]
    words = [say(name, lang) for name in SERIES]
    option = {
        "tooltip": {**TIP, "formatter": "{b}, {a}: {c}"},
        "legend": {"data": words, "bottom": 0},
        "grid": {"left": 150, "right": 120, "top": 12, "bottom": 58},
        "xAxis": {"type": "value", "min": 0, "minInterval": 1, "splitNumber": 4},
        "yAxis": names_axis(names, 140),
        "series": [
            series(words[0], AGAINST, met, labels),
            series(words[1], EXPECTED, expected, [f"{value:,.1f}" for value in expected]),
        ],
    }
    return Drawn(option, "; ".join(told) + ("。" if lang == "zh" else "."), notes, height(len(rows), 44))


def _met(evidence: Evidence) -> list[Row]:
    """The latest window of 30 days in which each clerk was met, by the affinity that was sealed with the bookings.

    Of a ring's case also the meetings of its other bookings on those days, by the lake's `affinity`.
    """
    features = evidence.sql("features", "ring_clerk_meetings", "ring_clerk_expected", "ring_clerk_p")
    bookings = evidence.sql("bookings")
    sealed = f"""SELECT f.service_day, f.centre_id, b.clerk_id, f.ring_clerk_meetings AS met,
            f.ring_clerk_expected AS expected, f.ring_clerk_p AS p
        FROM {features} f JOIN {bookings} b USING (service_day, centre_id, booking_id)"""
    return evidence.rows(
        f"""SELECT * FROM (SELECT centre_id, clerk_id, max_by(met, service_day) AS met,
                max_by(expected, service_day) AS expected, max_by(p, service_day) AS p
            FROM ({sealed}{_of_ring(evidence)}) WHERE clerk_id IS NOT NULL AND met IS NOT NULL AND expected IS NOT NULL
            GROUP BY ALL) ORDER BY met - expected DESC, centre_id, clerk_id"""
    )


def _of_ring(evidence: Evidence) -> str:
    """SQL of the meetings of the ring's other bookings on the case's days; nothing for any other kind of case."""
    days = evidence.days()[-RING_DAYS:]
    if evidence.told.get("kind") != "ring" or not days:
        return ""
    evidence.connection.register("ring_ids", pa.table({"ring_id": pa.array(evidence.told["bound_by"], pa.string())}))
    affinity, bookings = (evidence.lake.sql(name, days[0], days[-1]) for name in ("affinity", "bookings"))
    return f""" UNION ALL BY NAME SELECT a.service_day, a.centre_id, b.clerk_id, a.clerk_meetings AS met,
            a.clerk_expected AS expected, a.clerk_p AS p
        FROM {affinity} a JOIN {bookings} b USING (service_day, centre_id, booking_id)
        WHERE a.ring_id IN (FROM ring_ids)"""
