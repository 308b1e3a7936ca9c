"""What each night, or each booking, adds to the harm that is expected of a case."""

from detection.flag import Words
from review.pictures.bars import TIP, height, names_axis, series
from review.pictures.colours import AGAINST, CLEAR, NEUTRAL
from review.pictures.evidence import Evidence, Row
from review.pictures.picture import Drawn, Option, picture
from review.wording import Lang, plain, say

TITLE = Words("预期损害的构成", "What makes up the expected harm")
ABOUT = Words(
    "预期损害是可疑分 ×（1 + 越过人数）之和：每笔预约（超过 {most} 笔时为每夜）各占多少。",
    "Expected harm is the sum of score × (1 + people passed): what each booking adds, or from {most} on each night.",
)
ALL = Words("合计", "in all")
EARLIER = Words("更早的 {nights} 夜", "{nights} earlier nights")
NIGHT = Words("{day}，{bookings} 笔", "{day}, bookings: {bookings}")
SERIES = (Words("增加", "adds"), Words("合计", "in all"))
ALT = Words("预期损害合计 {total}。{steps}。", "Expected harm {total} in all. {steps}.")
NO_SCORE = Words(
    "该预约没有可评估的得益，故预期损害未知。",
    "No benefit of this booking could be assessed: its expected harm is unknown.",
)
#: rows that a picture has at most
MOST = 14
#: harm below this is told with two digits
LEAST = 0.1


@picture(place=3, title=TITLE, about=Words(*(words.format(most=MOST + 1) for words in (ABOUT.zh, ABOUT.en))))
def harm(evidence: Evidence, lang: Lang) -> Drawn:
    """A bar a booking or night, each beginning where the one before ends."""
    rows = _rows(evidence)
    if any(row["harm"] is None for row in rows):
        missing = say(NO_SCORE, lang)
        return Drawn(None, missing, (missing,))
    if len(rows) <= MOST:
        parts = [(f"{row['service_day']} {plain(row['booking_id'])}", row["harm"]) for row in rows]
    else:
        parts = _by_night(rows, lang)
    total = sum(value for _, value in parts)
    names, values = [name for name, _ in parts], [value for _, value in parts]
    labels = [f"{value:,.1f}" if value >= LEAST else f"{value:.2g}" for value in (*values, total)]
    told = "; ".join(f"{name} {label}" for name, label in zip(names, labels, strict=False))
    alt = say(ALT, lang, total=labels[-1], steps=told)
    return Drawn(_option([*names, say(ALL, lang)], values, labels, lang), alt, (), height(len(names) + 1, 26))


def _rows(evidence: Evidence) -> list[Row]:
    """The bookings in order, each with what it adds; people are those that the ledger counts, as in `cases`."""
    return evidence.rows(
        f"""SELECT service_day, centre_id, booking_id, score * (1 + coalesce(people_passed, 0)) AS harm
            FROM {evidence.sql("scores")} LEFT JOIN {evidence.sql("features", "people_passed")}
            USING (service_day, centre_id, booking_id) ORDER BY 1, 2, 3"""
    )


def _by_night(rows: list[Row], lang: Lang) -> list[tuple[str, float]]:
    nights: dict[str, list[float]] = {}
    for row in rows:
        nights.setdefault(str(row["service_day"]), []).append(row["harm"])
    told = [(say(NIGHT, lang, day=day, bookings=len(found)), sum(found)) for day, found in nights.items()]
    if len(told) <= MOST:
        return told
    before, last = told[: 1 - MOST], told[1 - MOST :]
    return [(say(EARLIER, lang, nights=len(before)), sum(value for _, value in before)), *last]


def _option(names: list[str], values: list[float], labels: list[str], lang: Lang) -> Option:
    starts = [sum(values[:place]) for place in range(len(values))]
    words = [say(name, lang) for name in SERIES]
    below = series("", CLEAR, [*starts, None]) | {"silent": True, "tooltip": {"show": False}}
    adds = series(words[0], AGAINST, [*values, None], labels)
    whole = series(words[1], NEUTRAL, [*(None for _ in values), sum(values)], labels)
    return {
        "tooltip": {**TIP, "formatter": "{b}: {c}"},
        "grid": {"left": 228, "right": 60, "top": 12, "bottom": 30},
        "xAxis": {"type": "value", "min": 0, "splitNumber": 4, "splitLine": {"lineStyle": {"opacity": 0.3}}},
        "yAxis": names_axis(names),
        "series": [part | {"stack": "sum"} for part in (below, adds, whole)],
    }
