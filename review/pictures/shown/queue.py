"""The queue around a booking: a line a person from check-in to call. Lines that cross are overtakes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from detection.flag import Words
from features.order import ALL_SERVICES
from review.pictures.bars import TIP
from review.pictures.colours import AGAINST, FOR, NEUTRAL, PASSED
from review.pictures.evidence import Evidence, Row, clock
from review.pictures.picture import Drawn, Option, picture
from review.wording import Lang, plain, say

TITLE = Words("当日队列", "The queue on that day")
ABOUT = Words(
    "每人一条线：上为取号，中为应叫时刻，下为叫号。中与下之间，线相交即为超越。",
    "One line a person: check-in above, entitlement in the middle, call below. Between the last two, lines that cross "
    "are overtakes.",
)
RAILS = (Words("叫号", "called"), Words("应叫", "entitled"), Words("取号", "checked in"))
GROUPS = {
    "other": (Words("其他人", "others"), NEUTRAL, 1.0, 0.45),
    "explained": (Words("被有据越过", "passed, with a recorded reason"), FOR, 1.2, 0.9),
    "passed": (Words("被无据越过", "passed, unexplained"), PASSED, 1.4, 0.95),
    "case": (Words("本案预约", "bookings of this case"), AGAINST, 2.6, 1.0),
}
LEFT_OUT = Words(
    "队列 {queue}（{centre}，{day}）共 {people} 人被叫号，图中为同时在场的 {shown} 人，略去 {left} 人。",
    "Of {people} people called in queue {queue} ({centre}, {day}), {shown} who were there then are shown, {left} are "
    "left out.",
)
ALL_SHOWN = Words(
    "队列 {queue}（{centre}，{day}）：被叫号的 {people} 人全部在图中。",
    "Queue {queue} ({centre}, {day}): all {people} people who were called are shown.",
)
NOT_ORDERED = Words(
    "缺取号或叫号时间，无法判断次序：未评估。",
    "Without check-in and call times nothing is said about order: not assessed.",
)
GONE = Words(
    "数据湖中已没有该预约（后来的交付替换了它），队列未评估。",
    "The lake no longer has this booking (a later delivery has replaced it): its queue is not assessed.",
)
UNLISTED = Words("该队列过长，未逐对列出超越。", "The queue is too long for its overtakes to be listed pair by pair.")
NOBODY = Words("本案预约在此队列未越过任何人。", "Nobody was passed by this case's bookings in this queue.")
ALT = Words(
    "预约 {booking} 于 {checked_in} 取号，{called} 被叫号，无据越过 {passed} 人，有据越过 {explained} 人。",
    "Booking {booking} checked in at {checked_in} and was called at {called}, past {passed} unexplained and "
    "{explained} with a recorded reason.",
)
#: lines in a picture: more cannot be told apart at 640 px
MOST = 60
CALLED, ENTITLED, CHECKED_IN = 0, 1, 2
MINUTE_MS = 60_000
MARGIN = 0.03  # of the time shown, beside the first and last line


@picture(place=4, title=TITLE, about=ABOUT)
def queue(evidence: Evidence, lang: Lang) -> Drawn:
    """Lines between three rails, over the day's clock."""
    booking = evidence.chosen()
    if booking is None or not (booking["called_at"] and booking["checked_in_at"]):
        return Drawn(None, say(NOT_ORDERED, lang), (say(NOT_ORDERED, lang),))
    line = _line(evidence, booking)
    people = around(evidence, booking, line)
    if not people:
        return Drawn(None, say(GONE, lang), (say(GONE, lang),))
    counted = {group: sum(person["grouped"] == group for person in people) for group in GROUPS}
    told = {
        "queue": plain(booking["service_code"] if line != ALL_SERVICES else ALL_SERVICES),
        "centre": plain(booking["centre_id"]),
        "day": booking["service_day"],
        "people": people[0]["people"],
        "shown": len(people),
        "left": people[0]["people"] - len(people),
    }
    notes = [say(LEFT_OUT if told["left"] else ALL_SHOWN, lang, **told)]
    if not counted["passed"] + counted["explained"]:
        notes.append(say(UNLISTED if _passed_by_count(evidence, booking) else NOBODY, lang))
    zone = evidence.zone(booking["centre_id"])
    alt = say(
        ALT,
        lang,
        booking=plain(booking["booking_id"]),
        checked_in=_time(booking["checked_in_at"], zone),
        called=_time(booking["called_at"], zone),
        passed=booking["passed"],
        explained=booking["explained"],
    )
    return Drawn(_option(people, zone, lang), " ".join((alt, notes[0])), tuple(notes), 420)


def around(evidence: Evidence, booking: Row, line: str) -> list[Row]:
    """Of the people who were called in the booking's queue on its day those around it, in the order of their calls.

    Those are at most `MOST` who were in the hall between the first check-in and the last call of the booking and whom
    it passed: these first, then other bookings of the case and whom they passed, then whom was called soonest before or
    after. `grouped`: a key of `GROUPS`. `people`: how many there were on that day. `entitled_at`: null where the queue
    is ordered by ticket.
    """
    bookings = evidence.lake.sql("bookings", booking["service_day"], booking["service_day"])
    return evidence.rows(
        f"""WITH mine AS (SELECT booking_id FROM {evidence.sql("bookings")} WHERE service_day = $1 AND centre_id = $2),
            passed AS (SELECT overtaken_id AS booking_id, bool_or(reason IS NULL) AS unexplained,
                    bool_or(booking_id = $6) AS by_it
                FROM {evidence.sql("overtakes")} WHERE service_day = $1 AND centre_id = $2 GROUP BY ALL),
            line AS (
                SELECT b.booking_id, b.slot_start, b.checked_in_at, b.called_at, {_entitled(_rule(evidence, booking))}
                        AS entitled_at,
                    CASE WHEN b.booking_id IN (FROM mine) THEN 'case' WHEN p.unexplained THEN 'passed'
                        WHEN p.unexplained IS NOT NULL THEN 'explained' ELSE 'other' END AS grouped,
                    b.booking_id = $6 OR coalesce(p.by_it, false) AS close, count(*) OVER () AS people
                FROM {bookings} b LEFT JOIN passed p USING (booking_id)
                WHERE b.service_day = $1 AND b.centre_id = $2 AND b.called_at IS NOT NULL
                    AND b.checked_in_at IS NOT NULL AND ($4 OR b.service_code = $5)),
            span AS (SELECT min(checked_in_at) AS first, max(called_at) AS last FROM line WHERE close)
            SELECT * EXCLUDE (place, close, first, last) FROM (SELECT *, row_number() OVER (
                ORDER BY booking_id = $6 DESC, close DESC, grouped = 'case' DESC, grouped = 'passed' DESC,
                    abs(epoch_ms(called_at) - epoch_ms($3)), booking_id) AS place
                FROM line JOIN span ON checked_in_at <= last AND called_at >= first)
            WHERE place <= {MOST} ORDER BY called_at, booking_id""",
        booking["service_day"],
        booking["centre_id"],
        booking["called_at"],
        line == ALL_SERVICES,
        booking["service_code"],
        booking["booking_id"],
    )


def _line(evidence: Evidence, booking: Row) -> str:
    """The line that the ledger counts the booking in: its item's, or `ALL_SERVICES`."""
    found = evidence.rows(
        f"""SELECT queue FROM {evidence.sql("overtakes")}
            WHERE service_day = ? AND centre_id = ? AND booking_id = ? LIMIT 1""",
        *(booking[name] for name in ("service_day", "centre_id", "booking_id")),
    )
    return str(found[0]["queue"]) if found else str(booking["service_code"])


def _rule(evidence: Evidence, booking: Row) -> str:
    """What orders the queue on that day, as the night has learnt it."""
    day = booking["service_day"]
    found = evidence.rows(
        f"""SELECT rule FROM {evidence.lake.sql("disciplines", day, day)}
            WHERE service_day = ? AND centre_id = ? AND service_code = ? AND rule IS NOT NULL LIMIT 1""",
        *(booking[name] for name in ("service_day", "centre_id", "service_code")),
    )
    return str(found[0]["rule"]) if found else "entitlement"


def _entitled(rule: str) -> str:
    """SQL of when a booking is entitled under a rule; greatest() passes over null, as a walk-in's slot."""
    return {
        "check_in": "b.checked_in_at",
        "slot": "coalesce(b.slot_start, b.checked_in_at)",
        "ticket": "CAST(NULL AS TIMESTAMPTZ)",
    }.get(rule, "greatest(b.slot_start, b.checked_in_at)")


def _passed_by_count(evidence: Evidence, booking: Row) -> bool:
    """Whether people were passed that the ledger counts and does not list."""
    found = evidence.rows(
        f"""SELECT people_passed FROM {evidence.sql("features", "people_passed")}
            WHERE service_day = ? AND centre_id = ? AND booking_id = ? LIMIT 1""",
        *(booking[name] for name in ("service_day", "centre_id", "booking_id")),
    )
    return bool(found and found[0]["people_passed"])


def _option(people: list[Row], zone: ZoneInfo, lang: Lang) -> Option:
    shown: list[dict[str, Any]] = []
    for group, (words, colour, width, opacity) in GROUPS.items():
        shown.append(
            {
                "type": "lines",
                "coordinateSystem": "cartesian2d",
                "polyline": True,
                "name": say(words, lang),
                "itemStyle": {"color": colour},
                "lineStyle": {"color": colour, "width": width, "opacity": opacity},
                "data": [_person(person, zone) for person in people if person["grouped"] == group],
            }
        )
    ends = [coord[0] for part in shown for line in part["data"] for coord in line["coords"]]
    margin = max(int(MARGIN * (max(ends) - min(ends))), MINUTE_MS)
    shown[0]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"type": "solid", "color": NEUTRAL, "width": 1, "opacity": 0.6},
        "label": {"position": "start", "fontSize": 12},
        "data": [{"yAxis": place, "label": {"formatter": say(words, lang)}} for place, words in enumerate(RAILS)],
    }
    return {
        "useUTC": True,
        "tooltip": {**TIP, "formatter": "{b}"},
        "legend": {"data": [part["name"] for part in shown], "bottom": 0},
        "grid": {"left": 84, "right": 20, "top": 30, "bottom": 84},
        "xAxis": {
            "type": "time",
            "min": min(ends) - margin,
            "max": max(ends) + margin,
            "axisLabel": {"formatter": "{HH}:{mm}", "hideOverlap": True},
            "splitLine": {"show": False},
        },
        "yAxis": {"type": "value", "min": -0.08, "max": 2.08, "show": False},
        "series": shown,
    }


def _person(person: Row, zone: ZoneInfo) -> dict[str, Any]:
    coords = [[clock(person["checked_in_at"], zone), CHECKED_IN]]
    if person["entitled_at"]:
        coords.append([clock(person["entitled_at"], zone), ENTITLED])
    coords.append([clock(person["called_at"], zone), CALLED])
    times = " → ".join(_time(person[name], zone) for name in ("checked_in_at", "called_at"))
    return {"name": f"{plain(person['booking_id'])}  {times}", "coords": coords}


def _time(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M:%S")
