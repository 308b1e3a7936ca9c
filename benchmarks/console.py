"""How fast the console's pages are on a large database: `python -m benchmarks.console [CASES BOOKINGS]`.

A console of 100,000 cases with ten bookings each, at 200 centres, in a home of its own beside a lake with 10 million
scored bookings; each page is asked for as the person who has the most to see, several times, by a client in the same
process.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from review.starting import start

#: ms; the aim for each page
AIM = 300
CASES, BOOKINGS, CENTRES, DAYS, REPEATS = 100_000, 10_000_000, 200, 250, 7
FIRST = date(2025, 6, 2)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
BATCH = 2_000


def main(cases: int, bookings: int) -> None:
    """Fill, then measure."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.create(Path(folder, "home"))
        _fill_lake(home, bookings)
        start(home)
        _fill_console(cases)
        print(f"{cases:,} cases, {bookings:,} scored bookings, {os.cpu_count()} cores")
        for name, times in _measured():
            middle, worst = statistics.median(times), max(times)
            verdict = "" if middle <= AIM else f"  slower than {AIM} ms"
            print(f"{name:<32} {middle:7.0f} ms, at worst {worst:.0f}{verdict}")


def _fill_lake(home: Home, bookings: int) -> None:
    """Scores of many days, a day a commit, as nights leave them."""
    lake, day_rows = Lake.of(home), bookings // DAYS
    connection = duckdb.connect()
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        rows = connection.execute(
            f"""SELECT DATE '{day}' AS service_day, 'Z' || (i % {CENTRES}) AS centre_id, '{number}-' || i AS booking_id,
                0.1 AS score, 0.5 AS p_value, 0.5 AS q_value, false AS flagged, i + 1 AS rank, NULL AS case_id,
                '[]' AS reasons, false AS audit, 0.001 AS selection_probability, 'm' AS model_version, 'r' AS run_id
                FROM range({day_rows}) t(i)"""
        ).to_arrow_table()
        lake.replace_day("scores", day, rows.cast(LAKE["scores"].schema))


def _fill_console(cases: int) -> None:
    from django.db import transaction  # noqa: PLC0415 - needs Django in force

    from review.models import Assignment, Case, CaseBooking, CaseTie, Centre, Decision, User  # noqa: PLC0415

    people = [
        User.objects.create(username=name, role=name)
        for name in ("inspector", "supervisor", "auditor", "analyst", "administrator")
    ]
    Assignment.objects.bulk_create(Assignment(user=people[0], centre_id=f"Z{number}") for number in range(5))
    Centre.objects.bulk_create(Centre(centre_id=f"Z{number}") for number in range(CENTRES))
    for first in range(0, cases, BATCH):
        numbers = range(first, min(first + BATCH, cases))
        with transaction.atomic():
            made = Case.objects.bulk_create(_case(number) for number in numbers)
            CaseBooking.objects.bulk_create(
                row for case, number in zip(made, numbers, strict=True) for row in _bookings(case, number)
            )
            CaseTie.objects.bulk_create(
                CaseTie(case=case, kind=kind, centre_id=f"Z{number % CENTRES}" if kind == "clerk" else "", value=value)
                for case, number in zip(made, numbers, strict=True)
                for kind, value in (
                    ("centre", f"Z{number % CENTRES}"),
                    ("clerk", f"K{number % 997}"),
                    ("identifier", f"p{number % 50_021}"),
                )
            )
            Decision.objects.bulk_create(
                Decision(
                    case=case, whole_case=True, verdict="manipulated", reason="record_altered", by=people[1], at=NOW
                )
                for case in made
                if case.state == "waiting"
            )


def _case(number: int) -> Any:
    from review.models import Case  # noqa: PLC0415

    day = FIRST + timedelta(days=number % DAYS)
    return Case(
        case_id=f"C{number:012x}",
        kind="clerk",
        opened_on=day,
        last_day=day,
        bookings_count=10,
        people_passed=number % 40,
        minutes_taken=number % 300,
        score=0.9,
        place=float(number % 1_000) / 10,
        centres=[f"Z{number % CENTRES}"],
        reason_zh="叫号时越过 9 名应先办理的人",
        reason_en="called past 9 people entitled earlier",
        digest="",
        told={"flags": [], "words": {"zh": "案情", "en": "what happened"}},
        published_at=NOW,
        state_at=NOW,
        state=("decided", "decided", "decided", "open", "waiting")[number % 5],
    )


def _bookings(case: Any, number: int) -> Iterator[Any]:
    from review.models import CaseBooking  # noqa: PLC0415

    for place in range(10):
        yield CaseBooking(
            case=case,
            service_day=case.last_day,
            centre_id=case.centres[0],
            booking_id=f"{number}-{place}",
            score=0.9,
            people_passed=3,
            minutes_taken=20.0,
            published_at=NOW,
            selection_probability=1.0,
            reasons=[{"flag": "Q101", "text": "called past 9 people", "text_zh": "越过 9 人"}],
            record={"clerk_id": f"K{number % 997}", "applicant_id": "a", "channel": "online"},
        )


def _measured() -> Iterator[tuple[str, list[float]]]:
    from django.test import Client  # noqa: PLC0415

    from review.models import User  # noqa: PLC0415

    case = f"/cases/C{3:012x}"
    pages = {
        "inspector": ["/", "/?state=any", "/?q=5003-1", "/confirmations", "/clerks", case],
        "supervisor": [
            "/",
            "/?state=any&page=40",
            "/?q=K77",
            "/confirmations",
            "/centres",
            "/clerks",
            "/centre?name=Z3",
            "/clerk?centre=Z3&name=K3",
            case,
        ],
        "auditor": ["/log"],
        "analyst": ["/leader", "/checkups"],
        "administrator": ["/people"],
    }
    for who, paths in pages.items():
        client = Client(headers={"host": "localhost"})
        client.force_login(User.objects.get(username=who))
        for path in paths:
            times = []
            for _ in range(REPEATS):
                began = time.perf_counter()
                answer = client.get(path)
                times.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200, (path, answer.status_code)  # noqa: S101
            yield f"{who} {path}", times


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3] or (CASES, BOOKINGS)))
