"""What the centre released, served and refused on the days of a case, beside what it could serve."""

from datetime import date, timedelta

from detection.flag import Words
from review.pictures.bars import TIP
from review.pictures.colours import AGAINST, EXPECTED, FOR, NEUTRAL
from review.pictures.evidence import Evidence, Row
from review.pictures.picture import Drawn, Option, picture
from review.wording import Lang, listed, plain, say

TITLE = Words("该网点的放号、服务与拒绝", "Released, served and refused at the centre")
ABOUT = Words(
    "本案期间逐日：放号量、服务人数、约满拒绝次数；虚线为体检所估的每日服务能力。",
    "Day by day while the case went on: slots released, people served, attempts that found no slot. Dashed: what the "
    "centre could serve a day, by its check-up.",
)
SERIES = {
    "released": (Words("放号", "released"), EXPECTED),
    "served": (Words("服务", "served"), FOR),
    "refused": (Words("拒绝", "refused"), AGAINST),
}
CAPACITY = Words("能力 {capacity}（{low}–{high}）", "capacity {capacity} ({low}–{high})")
NO_CAPACITY = Words(
    "该网点在这段时间没有体检结果：服务能力未评估。", "No check-up covers these days: capacity is not assessed."
)
NOT_DELIVERED = Words("来源未提供，未评估：{names}。", "Not delivered, so not assessed: {names}.")
OTHER_CENTRES = Words(
    "图为网点 {centre}；本案还涉及 {others}。", "Shown is centre {centre}; the case also touches {others}."
)
ALT = Words(
    "网点 {centre}，{first} 至 {last}，日均：{means}。",
    "Centre {centre}, {first} to {last}, a day on average: {means}.",
)
#: days in a picture: a month
MOST = 31


@picture(place=8, title=TITLE, about=ABOUT)
def capacity(evidence: Evidence, lang: Lang) -> Drawn:
    """Bars by day, and a line for the capacity."""
    centres = evidence.rows(
        f"SELECT centre_id, count(*) AS bookings FROM {evidence.sql('bookings')} GROUP BY ALL ORDER BY 2 DESC, 1"
    )
    days = evidence.days()
    centre, last = str(centres[0]["centre_id"]), days[-1]
    first = max(days[0], last - timedelta(days=MOST - 1))
    rows = _by_day(evidence, centre, first, last)
    known = {name for name in SERIES if any(row[name] is not None for row in rows)}
    notes = []
    if missing := [say(SERIES[name][0], lang) for name in SERIES if name not in known]:
        notes.append(say(NOT_DELIVERED, lang, names=listed(missing, lang)))
    if not known:
        return Drawn(None, notes[0], tuple(notes))
    estimate = _capacity(evidence, centre, first, last)
    if estimate is None:
        notes.append(say(NO_CAPACITY, lang))
    if others := [plain(row["centre_id"]) for row in centres[1:6]]:
        notes.append(say(OTHER_CENTRES, lang, centre=plain(centre), others=listed(others, lang)))
    means = [
        f"{say(SERIES[name][0], lang)} {sum(row[name] or 0 for row in rows) / len(rows):,.1f}"
        for name in SERIES
        if name in known
    ]
    alt = say(ALT, lang, centre=plain(centre), first=first, last=last, means=listed(means, lang))
    return Drawn(_option(rows, sorted(known, key=list(SERIES).index), estimate, lang), alt, tuple(notes), 320)


def _by_day(evidence: Evidence, centre: str, first: date, last: date) -> list[Row]:
    """Every day on which the centre served somebody or released slots; null: nothing of the kind was delivered."""
    tables = {name: evidence.lake.sql(name, first, last) for name in ("bookings", "quotas", "refusals")}
    of_centre = "service_day BETWEEN $2 AND $3 AND centre_id = $1"
    return evidence.rows(
        f"""WITH served AS (SELECT service_day, count(*) FILTER (status = 'served') AS served
                FROM {tables["bookings"]} WHERE {of_centre} GROUP BY ALL),
            released AS (SELECT service_day, CAST(sum(released_slots) AS BIGINT) AS released
                FROM {tables["quotas"]} WHERE {of_centre} GROUP BY ALL),
            refused AS (SELECT service_day, count(*) AS refused
                FROM {tables["refusals"]} WHERE {of_centre} GROUP BY ALL)
            SELECT service_day, released, served,
                coalesce(refused, if((SELECT count(*) FROM refused) > 0, 0, NULL)) AS refused
            FROM served FULL JOIN released USING (service_day) LEFT JOIN refused USING (service_day)
            ORDER BY service_day LIMIT {MOST}""",
        centre,
        first,
        last,
    )


def _capacity(evidence: Evidence, centre: str, first: date, last: date) -> Row | None:
    """The latest check-up that covers any of these days and estimated a capacity."""
    found = evidence.rows(
        f"""SELECT capacity_per_day AS capacity, capacity_per_day_low AS low, capacity_per_day_high AS high
            FROM {evidence.lake.sql("checkups")} WHERE centre_id = ? AND from_day <= ? AND to_day >= ?
                AND capacity_per_day IS NOT NULL ORDER BY to_day DESC, from_day LIMIT 1""",
        centre,
        last,
        first,
    )
    return found[0] if found else None


def _option(rows: list[Row], known: list[str], estimate: Row | None, lang: Lang) -> Option:
    shown = []
    for name in known:
        words, colour = SERIES[name]
        values = [None if row[name] is None else {"value": row[name]} for row in rows]
        shown.append(
            {"type": "bar", "name": say(words, lang), "itemStyle": {"color": colour}, "barMaxWidth": 24, "data": values}
        )
    highest = max((row[name] or 0 for row in rows for name in known), default=0)
    if estimate and shown:
        figures = {name: f"{estimate[name]:,.0f}" if estimate[name] is not None else "?" for name in estimate}
        shown[0]["markLine"] = {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"type": "dashed", "color": NEUTRAL, "width": 2},
            "label": {"position": "insideStartTop", "formatter": say(CAPACITY, lang, **figures)},
            "data": [{"yAxis": estimate["capacity"]}],
        }
        highest = max(highest, estimate["capacity"])
    return {
        "tooltip": {**TIP, "formatter": "{b}, {a}: {c}"},
        "legend": {"data": [part["name"] for part in shown], "bottom": 0},
        "grid": {"left": 48, "right": 16, "top": 24, "bottom": 60},
        "xAxis": {
            "type": "category",
            "data": [f"{row['service_day']:%m-%d}" for row in rows],
            "axisLabel": {"hideOverlap": True},
        },
        "yAxis": {"type": "value", "min": 0, "max": _ceiling(highest), "splitLine": {"lineStyle": {"opacity": 0.3}}},
        "series": shown,
    }


def _ceiling(highest: float) -> float:
    """A round number above, so that the capacity's line and label have room."""
    step = 10 ** max(len(str(int(highest * 1.1))) - 1, 0)
    return float(-(-int(highest * 1.1) // step) * step or 1)
