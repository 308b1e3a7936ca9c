"""What connects the bookings of a case: telephones, devices and agents on one side, clerks on the other."""

from math import log
from typing import Any

from detection.flag import Words
from features.linking.ties import RARITY
from review.pictures.bars import TIP
from review.pictures.colours import AGAINST, EXPECTED, FOR, NEUTRAL, PASSED
from review.pictures.evidence import Evidence, Row
from review.pictures.picture import Drawn, Option, picture
from review.wording import Lang, plain, say

TITLE = Words("关联图", "What connects the bookings")
ABOUT = Words(
    "左为电话、设备（假名）和代办机构，中为预约，右为叫号的工作人员。标识越多人使用，线越淡；公共标识为虚线。",
    "Left: telephones and devices (pseudonyms) and agents; middle: bookings; right: who called them. The more citizens "
    "use an identifier, the fainter its lines; a hub's are dashed.",
)
#: kind → name and colour
KINDS = {
    "phone": (Words("电话", "telephone"), PASSED),
    "device": (Words("设备", "device"), FOR),
    "agent": (Words("代办机构", "agent"), EXPECTED),
    "booking": (Words("预约", "booking"), AGAINST),
    "clerk": (Words("工作人员", "clerk"), NEUTRAL),
}
USED_BY = Words("{name}，30 天内 {citizens} 人使用", "{name}, used by {citizens} citizens in 30 days")
HUB = Words("（公共标识）", " (a hub)")
TIES = Words("{name}：本案 {bookings} 笔", "{name}: bookings of this case: {bookings}")
LEFT_OUT = Words(
    "图中为最可疑的 {shown} 笔预约，略去 {left} 笔。", "The {shown} strangest bookings are shown, {left} are left out."
)
FEWER = Words(
    "另略去只涉及少数预约的标识和工作人员 {left} 个。", "Identifiers and clerks of few bookings left out: {left}."
)
NONE = Words(
    "来源未提供电话、设备、代办机构或工作人员：未评估。",
    "Neither telephones, devices, agents nor clerks were delivered: not assessed.",
)
#: nodes in a column: as many as have room at 640 px, a row of 24 px each
MOST_BOOKINGS, MOST_BESIDE, ROW_PX = 20, 14, 24
BOX = [118, 17]
BOX_SIGNS = 18
IDENTIFIERS = ("phone", "device", "agent")


@picture(place=5, title=TITLE, about=ABOUT)
def links(evidence: Evidence, lang: Lang) -> Drawn:
    """Three columns of boxes, joined."""
    bookings, total = _bookings(evidence)
    ties = [tie for row in bookings for tie in _ties(row)]
    weights: dict[tuple[str, str], list[Row]] = {}
    for tie in ties:
        weights.setdefault((tie["kind"], tie["name"]), []).append(tie)
    if not weights:
        return Drawn(None, say(NONE, lang), (say(NONE, lang),))
    most = sorted(weights, key=lambda node: (-len(weights[node]), node))
    left = [node for node in most if node[0] != "clerk"]
    right = [node for node in most if node[0] == "clerk"]
    shown = [*left[:MOST_BESIDE], *right[:MOST_BESIDE]]
    notes = []
    if total > len(bookings):
        notes.append(say(LEFT_OUT, lang, shown=len(bookings), left=total - len(bookings)))
    if len(shown) < len(most):
        notes.append(say(FEWER, lang, left=len(most) - len(shown)))
    told = [
        say(TIES, lang, name=f"{say(KINDS[kind][0], lang)} {plain(name)}", bookings=len(weights[kind, name]))
        for kind, name in shown
    ]
    alt = "; ".join(told) + ("。" if lang == "zh" else ".")
    columns = [left[:MOST_BESIDE], [("booking", _id(row)) for row in bookings], right[:MOST_BESIDE]]
    rows = max(len(column) for column in columns)
    option = _option(columns, {node: weights[node] for node in shown}, bookings, lang)
    return Drawn(option, alt, tuple(notes), 70 + ROW_PX * rows)


def _bookings(evidence: Evidence) -> tuple[list[Row], int]:
    """The strangest bookings in order of day, and how many there are in all."""
    bookings, scores = evidence.sql("bookings"), evidence.sql("scores")
    features = evidence.sql("features", *(f"applicants_on_{kind}" for kind in IDENTIFIERS), "phone_hub", "device_hub")
    rows = evidence.rows(
        f"""SELECT service_day, centre_id, booking_id, phone, device_id, agent_id,
                coalesce(b.clerk_id, b.created_by) AS clerk_id, f.applicants_on_phone, f.applicants_on_device,
                f.applicants_on_agent, f.phone_hub, f.device_hub, count(*) OVER () AS total
            FROM {bookings} b JOIN {scores} s USING (service_day, centre_id, booking_id)
            LEFT JOIN {features} f USING (service_day, centre_id, booking_id)
            ORDER BY s.score DESC, service_day, centre_id, booking_id LIMIT {MOST_BOOKINGS}"""
    )
    total = rows[0]["total"] if rows else 0
    return sorted(rows, key=lambda row: (row["service_day"], _id(row))), total


def _ties(row: Row) -> list[Row]:
    """What a booking is joined to; `citizens`: how many use an identifier within 30 days, null: not assessed."""
    clerk = f"{row['centre_id']} {row['clerk_id']}" if row["clerk_id"] else None
    beside = (
        ("phone", row["phone"], row["applicants_on_phone"], row["phone_hub"]),
        ("device", row["device_id"], row["applicants_on_device"], row["device_hub"]),
        ("agent", row["agent_id"], row["applicants_on_agent"], None),
        ("clerk", clerk, None, None),
    )
    return [
        {"kind": kind, "name": name, "booking": _id(row), "citizens": citizens, "hub": bool(hub)}
        for kind, name, citizens, hub in beside
        if name
    ]


def _id(row: Row) -> str:
    return f"{row['centre_id']} {row['booking_id']}"


def _option(
    columns: list[list[tuple[str, str]]], weights: dict[tuple[str, str], list[Row]], bookings: list[Row], lang: Lang
) -> Option:
    tall = max(len(column) for column in columns)
    kinds = list(KINDS)
    nodes = []
    for x, column in enumerate(columns):
        for row, (kind, name) in enumerate(column):
            y = tall - (row + 0.5) * tall / len(column)
            nodes.append(_node(kinds.index(kind), kind, name, [x, round(y, 3)], weights.get((kind, name), []), lang))
    labels = {_id(row): _short(row["booking_id"]) for row in bookings}
    for node in nodes:
        if node["category"] == kinds.index("booking"):
            node["label"] = {"formatter": labels[node["raw"]]}
        del node["raw"]
    edges = [
        {
            "source": f"{kind} {plain(name, 80)}",
            "target": f"booking {plain(tie['booking'], 80)}",
            "lineStyle": {"type": "dashed" if tie["hub"] else "solid", "opacity": _rarity(tie["citizens"])},
        }
        for (kind, name), ties in weights.items()
        for tie in ties
    ]
    names = [{"name": say(words, lang), "itemStyle": {"color": colour}} for words, colour in KINDS.values()]
    present = {node["category"] for node in nodes}
    return {
        "tooltip": {**TIP, "formatter": "{b}"},
        "legend": {"data": [name["name"] for place, name in enumerate(names) if place in present], "bottom": 0},
        "grid": {"left": BOX[0] // 2 + 4, "right": BOX[0] // 2 + 4, "top": 8, "bottom": 44},
        "xAxis": {"type": "value", "min": 0, "max": 2, "show": False},
        "yAxis": {"type": "value", "min": 0, "max": tall, "show": False},
        "series": [
            {
                "type": "graph",
                "coordinateSystem": "cartesian2d",
                "symbol": "roundRect",
                "symbolSize": BOX,
                "categories": names,
                "label": {
                    "show": True,
                    "fontSize": 10,
                    "color": "#ffffff",
                    "width": BOX[0] - 6,
                    "overflow": "truncate",
                },
                "lineStyle": {"color": NEUTRAL, "width": 1.6, "curveness": 0},
                "data": nodes,
                "links": edges,
            }
        ],
    }


def _node(category: int, kind: str, name: str, at: list[float], ties: list[Row], lang: Lang) -> dict[str, Any]:
    known = [tie["citizens"] for tie in ties if tie["citizens"] is not None]
    told = f"{say(KINDS[kind][0], lang)} {plain(name)}"
    if known:
        told = say(USED_BY, lang, name=told, citizens=f"{max(known):,.0f}")
    if any(tie["hub"] for tie in ties):
        told += say(HUB, lang)
    return {
        "id": f"{kind} {plain(name, 80)}",
        "name": told,
        "raw": name,
        "category": category,
        "value": at,
        "label": {"formatter": _short(name)},
    }


def _short(name: str) -> str:
    """A name that fits its box: numbers differ at their ends, so that the middle goes."""
    shown = plain(name)
    return shown if len(shown) <= BOX_SIGNS else f"{shown[:6]}…{shown[7 - BOX_SIGNS :]}"


def _rarity(citizens: float | None) -> float:
    """How strongly a line is drawn: 1 for an identifier of two citizens, less the more use it; a clerk's lines half."""
    if citizens is None:
        return 0.5
    return round(max(0.12, min(1.0, log(2 + RARITY) / log(max(citizens, 2) + RARITY))), 3)
