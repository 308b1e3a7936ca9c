"""A hall of one jump, small enough to be worked out by hand, as a night leaves it in the lake.

Queue card at north on 3 March: *a* checks in at 9:20, is called at 9:25 by K1, and passes *x* and *y*, who came at 9:00
and 9:05 (slot 9:10); *z* had missed a call, and is passed with a reason. *o* is served before anybody is passed.
"""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.home import Home
from data.lake import Lake
from detection.cases.day import cases_day
from detection.flag import all_flags
from tests.detection.cases_support import Row, rows_of

DAY = date(2026, 3, 3)
FIRED = {"Q101": 2.0, "Q501": 6.0}
#: what a log may say to whoever opens it: markup of every kind that it may meet
HOSTILE = '<img src=x onerror=alert(1)>{b|#panic("x")}$x^2$*=1'
REASONS = [
    {"flag": "Q101", "value": 2.0, "expected": 0.1, "weight": 40.0, "text": "passed 2", "text_zh": "越过 2 人"},
    {"flag": "Q501", "value": 6.0, "expected": 2.0, "weight": 10.0, "text": "six on a phone", "text_zh": "六人一号"},
    {"flag": "ring", "value": 5.0, "expected": None, "weight": 5.0, "text": "the ring's × 5", "text_zh": "团伙 5 倍"},
]


def at(clock: str) -> datetime:
    """A time of the day on the hall's clock, eight hours before UTC's."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def person(name: str, came: str, called: str | None, **also: Any) -> Row:
    """A booking of the hall."""
    times = {"checked_in_at": at(came) if came else None, "called_at": at(called) if called else None}
    return {"booking_id": name, "service_code": "card", "clerk_id": "K1", "status": "served"} | times | also


def hall(jumper: str = "a") -> list[Row]:
    """Who is there."""
    return [
        person("o", "08:40", "08:50", clerk_id="K2"),
        person("x", "09:00", "09:40", clerk_id="K2"),
        person("y", "09:05", "09:50", slot_start=at("09:10")),
        person("z", "09:06", "09:55", missed_at=at("09:15")),
        person(jumper, "09:20", "09:25", phone="8c159b98a3b785ac", device_id="d0d0", agent_id=None),
        person("late", "15:00", "15:10"),
    ]


def write_hall(
    root: Path,
    bookings: list[Row],
    *,
    jumpers: tuple[str, ...] = ("a",),
    passed: tuple[tuple[str, str | None], ...] = (("x", None), ("y", None), ("z", "absent")),
    features: Row | None = None,
    cases: bool = True,
) -> Home:
    """A home with that night, its cases joined and sealed. `passed`: whom each jumper passed, and the reason."""
    home = Home.create(root)
    lake = Lake.of(home)
    keys = [{"service_day": DAY, "centre_id": "north", "booking_id": row["booking_id"]} for row in bookings]
    named = {key["booking_id"]: key for key in keys}
    lake.replace_day("bookings", DAY, rows_of("bookings", [key | row for key, row in zip(keys, bookings, strict=True)]))
    scores, wide, findings, order, pairs = [], [], [], [], []
    for rank, key in enumerate(keys, 1):
        jumps = key["booking_id"] in jumpers
        reasons = json.dumps(REASONS if jumps else [], ensure_ascii=False)
        judged = {"score": 0.99 if jumps else 0.001, "p_value": 0.001, "q_value": 0.01, "rank": rank}
        scores.append(key | judged | {"flagged": jumps, "reasons": reasons})
        people = sum(reason is None for _, reason in passed) if jumps else 0
        order.append(key | {"people_passed": people, "minutes_taken": 35.0 if jumps else 0.0})
        known = {"applicants_on_phone": 6.0, "phone_hub": 0.0, "applicants_on_device": 400.0, "device_hub": 1.0}
        met = {"ring_clerk_meetings": 5.0, "ring_clerk_expected": 1.25, "ring_clerk_p": 0.002} if jumps else {}
        wide.append(key | {"people_passed": float(people), "minutes_taken": 35.0} | known | met | (features or {}))
        findings.append(key | _finding(jumps))
        if jumps:
            pairs += [key | {"queue": "card", "overtaken_id": other, "reason": why} for other, why in passed]
    lake.replace_day("scores", DAY, rows_of("scores", scores))
    lake.replace_day("order", DAY, rows_of("order", order))
    lake.replace_day("overtakes", DAY, rows_of("overtakes", pairs))
    lake.replace_day("features", DAY, pa.Table.from_pylist(_filled(wide)))
    lake.replace_day("findings", DAY, pa.Table.from_pylist(findings))
    lake.replace_day("affinity", DAY, rows_of("affinity", [named[name] | {"ring_id": "R1"} for name in jumpers]))
    centre = {"centre_id": "north", "source": "hall", "timezone": "Asia/Shanghai"}
    lake.replace("centres", None, rows_of("centres", [centre]))
    if cases:
        cases_day(home, DAY)
    return home


def write_centre(home: Home) -> None:
    """What the centre released and refused, what its clerks did, and its check-up."""
    lake, day = Lake.of(home), {"service_day": DAY, "centre_id": "north"}
    lake.replace_day("quotas", DAY, rows_of("quotas", [day | {"released_slots": 60}]))
    lake.replace_day("refusals", DAY, rows_of("refusals", [day | {"attempted_at": at("08:00")}] * 3))
    hands = [
        day | {"kind": "clerk", "hand_id": clerk, "calls": calls, "observed": seen, "expected": expected}
        for clerk, calls, seen, expected in (("K1", 20, 6, 2.5), ("K2", 30, 1, 4.5))
    ]
    lake.replace_day("hands", DAY, rows_of("hands", hands))
    checkup = {"centre_id": "north", "from_day": DAY, "to_day": DAY, "capacity_per_day": 120.0, "verdict": "withheld"}
    limits = {"capacity_per_day_low": 110.0, "capacity_per_day_high": 130.0}
    lake.replace("checkups", None, rows_of("checkups", [checkup | limits]))


def _finding(jumps: bool) -> Row:
    row: Row = {}
    for code in all_flags():
        fired = jumps and code in FIRED
        row |= {f"{code}_value": FIRED[code] if fired else 0.0, f"{code}_expected": 0.1, f"{code}_p": 0.01}
        row |= {f"{code}_fired": fired}
    return row


def _filled(rows: list[Row]) -> list[Row]:
    """The same columns in each row."""
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in names} for row in rows]
