"""From the lake to the console and back: nights come in once, grow, open again; verdicts leave as labels."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.home import Home
from data.lake import Lake
from tests.detection.cases_support import night, rows_of, table
from tests.review.console_support import (
    BOTH,
    INNOCENT,
    NORTH,
    SOUTH,
    STRANGE,
    browser,
    case_of,
    person,
    run_night,
)

NEXT = [{"booking": "n9", "ring": "R1", "clerk": "K1", "flags": ["Q101"], "passed": ["x9"]}]


@pytest.fixture
def lake(db: Home) -> Any:
    """The console's own home, whose lake is put back after the test."""
    yield db
    run_night(db, 1, [*NORTH, *SOUTH, *BOTH, *STRANGE, *INNOCENT])
    run_night(db, 2, [])
    run_night(db, 3, [])


def publish(home: Home, number: int) -> dict[str, int]:
    from review.publishing.night import publish_night

    return publish_night(home, night(number))


def test_a_night_takes_away_sessions_that_have_ended(db: Home) -> None:
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    for key, days in (("ended", -1), ("going", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days))
    publish(db, 1)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["going"]


def everything() -> list[Any]:
    from review.models import Case, CaseBooking, CaseTie

    skipped = {"id", "case_id", "published_at", "state_at"}
    return [
        [
            {name: value for name, value in row.items() if name not in skipped}
            for row in model.objects.order_by("pk").values()
        ]
        for model in (Case, CaseBooking, CaseTie)
    ]


def test_a_night_published_again_changes_nothing(db: Home) -> None:
    before = everything()
    assert publish(db, 1) == {"new": 0, "grown": 0, "reopened": 0, "gone": 0}
    assert everything() == before


def test_every_case_of_the_lake_and_every_drawn_booking_is_there(db: Home) -> None:
    from review.models import Case

    assert set(Case.objects.filter(drawn=False).values_list("case_id", flat=True)) == {
        row["case_id"] for row in table(db, "cases")
    }
    drawn = {row["booking_id"]: row["selection_probability"] for row in table(db, "scores") if row["audit"]}
    found = Case.objects.filter(drawn=True).values_list("bookings__booking_id", "bookings__selection_probability")
    assert dict(found) == drawn
    assert drawn


def test_an_open_case_grows_and_is_never_doubled(lake: Home) -> None:
    from review.models import Case

    before = Case.objects.filter(drawn=False).count()
    run_night(lake, 2, NEXT)
    assert publish(lake, 2)["grown"] == 1
    case = case_of("n9")
    assert case == case_of("n0")
    assert (case.bookings.count(), case.bookings_count, case.state) == (4, 4, "open")
    assert Case.objects.filter(drawn=False).count() == before
    assert publish(lake, 1)["new"] == 0
    assert case_of("n9").bookings.count() == 4


def test_a_decided_case_is_opened_by_new_evidence_only_and_shows_which(lake: Home) -> None:
    from review.actions.deciding import decide, undecided
    from review.actions.holding import take
    from review.models import LogEntry

    user = person("inspector", centres=["north"])
    case = take(case_of("n0").case_id, by=user)
    decide(case.case_id, verdict="lawful", reason="clerks_slip", text="", by=user)
    publish(lake, 1)
    assert case_of("n0").state == "decided"
    run_night(lake, 2, NEXT)
    assert publish(lake, 2)["reopened"] == 1
    case = case_of("n0")
    assert (case.state, [row.booking_id for row in undecided(case)]) == ("open", ["n9"])
    assert case.reopened_at is not None
    assert LogEntry.objects.filter(action="reopen", thing=case.case_id, by=None).count() == 1


def test_what_a_rerun_no_longer_has_goes_unless_it_was_decided(lake: Home) -> None:
    from review.actions.deciding import decide
    from review.actions.holding import take
    from review.models import Case

    user = person("inspector", centres=["south"])
    case = take(case_of("s0").case_id, by=user)
    first = case.bookings.get(booking_id="s0")
    decide(case.case_id, verdict="lawful", reason="clerks_slip", text="", by=user, bookings=[first.pk])
    run_night(lake, 1, [*NORTH[:2], *INNOCENT])
    publish(lake, 1)
    left = Case.objects.get(pk=case.pk)
    assert ([row.booking_id for row in left.bookings.all()], left.state, left.holder) == (["s0"], "decided", None)
    assert case_of("n0").bookings.count() == 2
    assert not Case.objects.filter(ties__value="odd").exists()


def test_a_drawn_booking_looks_like_any_other_case(db: Home) -> None:
    from review.models import Case

    drawn = Case.objects.filter(drawn=True)
    others = Case.objects.filter(drawn=False, within_budget=True)
    assert all(len(case.case_id) == len(others[0].case_id) and case.case_id[0] == "C" for case in drawn)
    assert all(case.reason_en and case.reason_zh and case.told["words"]["zh"] for case in drawn)
    for case in drawn:  # its place is another case's, and what is said of it is its own
        (row,) = [row for row in table(db, "scores") if row["booking_id"] == case.bookings.get().booking_id]
        assert f"Expected harm: {row['score'] * (1 + case.people_passed):,.1f}." in case.told["words"]["en"]
    assert min(other.place for other in others) * 0.99 <= min(case.place for case in drawn)
    assert max(case.place for case in drawn) <= max(other.place for other in others)


def test_a_drawn_booking_that_nothing_could_assess_has_no_score(lake: Home) -> None:
    from review.models import Case

    run_night(lake, 3, [{"booking": "u", "flagged": False, "score": None, "clerk": "K1"}])
    publish(lake, 3)
    case = Case.objects.get(bookings__booking_id="u")
    assert (case.drawn, case.score, case.bookings.get().score) == (True, None, None)
    assert "Expected harm: not assessed." in case.told["words"]["en"]
    assert "预期损害:未评估。" in case.told["words"]["zh"]
    page = browser(person("inspector", centres=["north"])).get(f"/cases/{case.case_id}")
    assert page.status_code == 200


def test_who_decides_cases_is_not_told_how_many_were_drawn(db: Home) -> None:
    said = {role: browser(person(role)).get("/leader").content.decode() for role in ("inspector", "analyst")}
    assert "not decided yet" in said["analyst"]
    assert "not decided yet" not in said["inspector"]


def test_figures_say_in_what_the_latest_night_differs_from_the_training(lake: Home) -> None:
    def figures() -> str:
        publish(lake, 1)
        return browser(person("supervisor")).get("/leader").content.decode()

    assert "no model learnt from verdicts scored the latest night" in figures()
    compared = [{"what": name, "drifted": name != "lead_hours"} for name in ("<b>people</b>", "lead_hours", "score")]
    about = {"service_day": night(1), "model_version": "learned-0123456789ab"}
    Lake.of(lake).replace_day("drift", night(1), rows_of("drift", [row | about for row in compared]))
    said = figures()
    assert "differs from what the model was trained on in 2 of 3 things" in said
    assert "<code>&lt;b&gt;people&lt;/b&gt;</code> · <code>score</code>" in said
    calm = rows_of("drift", [row | about | {"drifted": False} for row in compared])
    Lake.of(lake).replace_day("drift", night(1), calm)
    assert "nothing differs from what the model was trained on; 3 things were compared" in figures()
    Lake.of(lake).replace_day("drift", night(1), calm.schema.empty_table())


def test_labels_say_when_each_verdict_was_known_and_with_which_chance_it_came_up(lake: Home) -> None:
    from review.actions.deciding import confirm, decide, undo
    from review.actions.holding import take
    from review.labels import deliver

    one, other = person("inspector", centres=["north", "south"]), person("supervisor")
    first = take(case_of("n0").case_id, by=one)
    waiting = decide(first.case_id, verdict="manipulated", reason="record_altered", text="seen", by=one)
    second = take(case_of("s0").case_id, by=one)
    lawful = decide(second.case_id, verdict="lawful", reason="clerks_slip", text="", by=one)
    assert deliver(lake).new == 2
    assert {row["booking_id"] for row in table(lake, "labels")} == {"s0", "s1"}
    known = confirm(waiting.pk, by=other)
    assert deliver(lake).new == 3
    assert deliver(lake).new == 0
    rows = [row for row in table(lake, "labels") if row["booking_id"] == "n0"]
    assert [(row["verdict"], row["reason"], row["selection_probability"]) for row in rows] == [
        ("manipulated", "record_altered", 1.0)
    ]
    assert rows[0]["decided_at"] == known.confirmed_at
    assert rows[0]["decided_by"] == one.public_id
    assert "seen" not in json.dumps(rows, default=str)
    undone = undo(lawful.pk, why="wrong", by=other)
    assert deliver(lake).new == 2
    rows = [row for row in table(lake, "labels") if row["booking_id"] == "s0"]
    assert [(row["verdict"], row["decided_at"], row["decided_by"]) for row in rows] == [
        ("lawful", lawful.at, one.public_id),
        ("unclear", undone.undone_at, one.public_id),
    ]
    from data.lake import Lake
    from data.tables import LAKE

    Lake.of(lake).replace("labels", None, LAKE["labels"].schema.empty_table())


def test_a_night_reaches_a_console_of_its_own_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    from review.handover import DATABASE, hand_over

    home = Home.create(tmp_path / "home")
    run_night(home, 1, [*NORTH, *INNOCENT])
    assert hand_over(home, [night(1)]) == {}
    assert not home.path(DATABASE).exists()
    home.path(DATABASE).touch()
    assert hand_over(home, [night(1)])["new"] == 3
    assert hand_over(home, [night(1)])["new"] == 0
    checked = subprocess.run(
        [
            sys.executable,
            "-c",
            "from inturn.main import run; run()",
            "console",
            "verify-audit",
            "--home",
            str(home.root),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "INTURN_HOME"},
    )
    assert "The audit log is whole: 1 entries" in checked.stdout, checked.stderr
