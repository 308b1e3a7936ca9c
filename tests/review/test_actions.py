"""Changes: one step, with who did it; refused with a sentence; undone within the record."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from data.home import Home
from review.errors import Refused
from tests.review.console_support import case_of, person


@pytest.fixture
def people(db: Home) -> tuple[Any, Any]:
    """Two who may decide the same cases."""
    return person("inspector", centres=["north"]), person("inspector", centres=["north"])


def held(user: Any, booking: str = "n0") -> Any:
    """A case that this person has."""
    from review.actions.holding import take

    return take(case_of(booking).case_id, by=user)


def decided(user: Any, verdict: str = "manipulated", reason: str = "record_altered", **more: Any) -> Any:
    from review.actions.deciding import decide

    case = held(user)
    return decide(case.case_id, verdict=verdict, reason=reason, text="", by=user, **more)


def test_manipulated_counts_once_a_second_person_has_confirmed_it(people: tuple[Any, Any]) -> None:
    from review.actions.deciding import confirm

    one, other = people
    decision = decided(one)
    assert (decision.case.state, decision.is_final, decision.final_at) == ("waiting", False, None)
    with pytest.raises(Refused, match="second person"):
        confirm(decision.pk, by=one)
    confirmed = confirm(decision.pk, by=other)
    assert (confirmed.case.state, confirmed.is_final) == ("decided", True)
    assert confirmed.final_at == confirmed.confirmed_at
    with pytest.raises(Refused, match="does not wait"):
        confirm(decision.pk, by=other)


@pytest.mark.parametrize(("verdict", "reason"), [("lawful", "clerks_slip"), ("unclear", "records_missing")])
def test_other_verdicts_count_at_once(people: tuple[Any, Any], verdict: str, reason: str) -> None:
    decision = decided(people[0], verdict, reason)
    assert (decision.case.state, decision.final_at) == ("decided", decision.at)


def test_a_verdict_that_is_not_confirmed_falls_and_the_case_is_open_for_anybody(people: tuple[Any, Any]) -> None:
    from review.actions.deciding import refuse

    one, other = people
    decision = decided(one)
    with pytest.raises(Refused, match="why"):
        refuse(decision.pk, why=" ", by=other)
    fallen = refuse(decision.pk, why="the window was closed", by=other)
    assert (fallen.case.state, fallen.case.holder, fallen.stands) == ("open", None, False)
    held(other)


def test_what_is_undone_stays_in_the_record(people: tuple[Any, Any]) -> None:
    from review.actions.deciding import undo
    from review.models import Decision, LogEntry

    one, other = people
    decision = decided(one, "lawful", "clerks_slip")
    with pytest.raises(Refused, match="role"):
        undo(decision.pk, why="mine", by=other)
    undo(decision.pk, why="wrong case", by=one)
    again = decided(one, "unclear", "records_missing")
    assert [row.stands for row in Decision.objects.filter(case=again.case)] == [False, True]
    assert LogEntry.objects.filter(action="undo", why="wrong case").exists()
    with pytest.raises(Refused, match="taken back"):
        undo(decision.pk, why="twice", by=one)


@pytest.mark.parametrize("first", ["confirm", "undo"])
def test_what_another_session_does_while_one_waits_for_the_case_stands(
    people: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """On PostgreSQL a session reads the verdict, waits for its case, and goes on when the other session is done."""
    from review.actions import deciding
    from review.models import Decision

    one, other = people
    decision = decided(one)
    wait_for_case = deciding.case_to_change

    def waited(case_id: str, by: Any) -> Any:
        monkeypatch.setattr(deciding, "case_to_change", wait_for_case)
        if first == "confirm":
            deciding.confirm(decision.pk, by=other)
        else:
            deciding.undo(decision.pk, why="the first", by=one)
        return wait_for_case(case_id, by)

    monkeypatch.setattr(deciding, "case_to_change", waited)
    if first == "undo":
        with pytest.raises(Refused, match="taken back"):
            deciding.undo(decision.pk, why="the second", by=one)
        return
    undone = deciding.undo(decision.pk, why="wrong after all", by=one)
    assert (undone.confirmed_by, undone.stands) == (other, False)
    assert Decision.objects.get(pk=decision.pk).confirmed_at is not None


def test_bookings_are_decided_one_by_one_and_the_case_when_all_are(people: tuple[Any, Any]) -> None:
    from review.actions.deciding import decide

    one, _ = people
    case = held(one)
    first, second, third = (row.pk for row in case.bookings.all())
    some = decide(case.case_id, verdict="lawful", reason="clerks_slip", text="", by=one, bookings=[first])
    assert some.case.state == "open"
    with pytest.raises(Refused, match="decided already"):
        decide(case.case_id, verdict="lawful", reason="clerks_slip", text="", by=one, bookings=[first, second])
    rest = decide(case.case_id, verdict="unclear", reason="witness_needed", text="", by=one)
    assert sorted(rest.covered.values_list("booking", flat=True)) == [second, third]
    assert rest.case.state == "decided"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"verdict": "guilty"}, "Choose a verdict"),
        ({"reason": "record_altered"}, "Choose a verdict"),
        ({"reason": "other_lawful"}, "wants to be told"),
        ({"text": "x" * 5_000_000}, "longer than"),
        ({"text": "a\0b"}, "cannot be kept"),
        ({"bookings": [999_999]}, "not of this case"),
        ({"bookings": []}, "nothing left"),
    ],
)
def test_forged_and_empty_fields_are_refused(people: tuple[Any, Any], said: dict[str, Any], sentence: str) -> None:
    from review.actions.deciding import decide

    case = held(people[0])
    plain = {"verdict": "lawful", "reason": "clerks_slip", "text": ""}
    with pytest.raises(Refused, match=sentence):
        decide(case.case_id, by=people[0], **plain | said)


def test_nobody_decides_what_somebody_else_has(people: tuple[Any, Any]) -> None:
    from review.actions.deciding import decide
    from review.actions.holding import take

    one, other = people
    case = held(one)
    with pytest.raises(Refused, match="Take the case first"):
        decide(case.case_id, verdict="lawful", reason="clerks_slip", text="", by=other)
    with pytest.raises(Refused, match="has this case"):
        take(case.case_id, by=other)


def test_a_hold_lapses_and_an_assignment_does_not(people: tuple[Any, Any]) -> None:
    from review.actions.holding import HOLD, assign, take
    from review.models import Case

    one, other = people
    case = held(one)
    Case.objects.filter(pk=case.pk).update(held_until=timezone.now() - timedelta(seconds=1))
    assert take(case.case_id, by=other).holder == other
    given = assign(case.case_id, one, by=person("supervisor"))
    assert (given.holder, given.held_until) == (one, None)
    assert timedelta(hours=24) == HOLD


def test_a_case_goes_only_to_somebody_who_may_have_it(people: tuple[Any, Any]) -> None:
    from review.actions.holding import assign

    supervisor = person("supervisor")
    for unfit in (person("auditor"), person("inspector", centres=["south"])):
        with pytest.raises(Refused, match="cannot have this case"):
            assign(case_of("n0").case_id, unfit, by=supervisor)


def test_a_case_that_was_decided_meanwhile_is_nobody_s_to_be_given(people: tuple[Any, Any]) -> None:
    from review.actions.holding import assign

    case = decided(people[0], "lawful", "clerks_slip").case
    with pytest.raises(Refused, match="not open"):
        assign(case.case_id, people[1], by=person("supervisor"))


def test_next_goes_down_the_list_and_ends(db: Home) -> None:
    from review.access import visible
    from review.actions.holding import take_next

    one = person("inspector", centres=["north"])
    expected = list(visible(one).filter(within_budget=True).order_by("-place", "case_id").values_list("pk", flat=True))
    taken = []
    while case := take_next(by=one):
        taken.append(case.pk)
    assert taken == expected
    assert len(taken) > 1


def test_a_case_that_is_put_off_is_in_nobody_s_queue_until_then(people: tuple[Any, Any]) -> None:
    from review.actions.holding import give_back, take_next
    from review.actions.notes import snooze, wake

    one, other = people
    case = take_next(by=one)
    assert case is not None
    with pytest.raises(Refused, match="next 60 days"):
        snooze(case.case_id, until=timezone.localdate() + timedelta(days=90), why="later", by=one)
    snooze(case.case_id, until=timezone.localdate() + timedelta(days=9), why="witness is away", by=one)
    give_back(case.case_id, by=one)
    following = take_next(by=other)
    assert following is not None
    assert following.pk != case.pk
    wake(case.case_id, by=other)
    assert take_next(by=other) == case


@pytest.mark.parametrize("change", ["decide", "confirm", "take", "comment"])
def test_a_change_whose_entry_of_the_log_fails_is_not_made(
    people: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    from review import audit
    from review.actions import deciding, holding, notes
    from review.models import Case, Comment, Decision

    one, other = people
    case = case_of("n0")
    if change in ("decide", "confirm"):
        held(one)
    waiting = None
    if change == "confirm":
        waiting = deciding.decide(case.case_id, verdict="manipulated", reason="record_altered", text="", by=one)

    def broken(*_: object) -> str:
        raise DatabaseError("no room")

    monkeypatch.setattr(audit, "_chained", broken)
    before = Case.objects.filter(pk=case.pk).values().get()
    changes = {
        "decide": lambda: deciding.decide(case.case_id, verdict="lawful", reason="clerks_slip", text="", by=one),
        "take": lambda: holding.take(case.case_id, by=one),
        "comment": lambda: notes.comment(case.case_id, text="seen", by=one),
        "confirm": lambda: waiting and deciding.confirm(waiting.pk, by=other),
    }
    with pytest.raises(DatabaseError):
        changes[change]()
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert Decision.objects.filter(confirmed_by__isnull=False).count() == 0
    assert Decision.objects.count() == (1 if change == "confirm" else 0)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"confirmed_at": None},
        {"confirmed_by": None},
        {"confirmed_by": "by"},
        {"verdict": "lawful", "reason": "clerks_slip"},
        {"reason": "clerks_slip"},
        {"undone_at": datetime(2026, 3, 1, tzinfo=UTC)},
        {"verdict": "guilty"},
    ],
)
def test_the_database_ties_who_to_when(people: tuple[Any, Any], broken: dict[str, Any]) -> None:
    from review.actions.deciding import confirm
    from review.models import Decision

    one, other = people
    decision = confirm(decided(one).pk, by=other)
    values = {name: one if value == "by" else value for name, value in broken.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**values)


def test_people_are_let_in_changed_and_never_promote_themselves(db: Home) -> None:
    from review.actions.people import add_person, change_person

    boss = person("administrator", name="boss")
    add_person(username="li.wei", full_name="李伟", role="inspector", by=boss)
    for name, role, sentence in (
        ("li.wei", "inspector", "this user name"),
        ("a b", "inspector", "2 to 80"),
        ("x1", "god", "no such role"),
    ):
        with pytest.raises(Refused, match=sentence):
            add_person(username=name, full_name="", role=role, by=boss)
    changed = change_person("li.wei", full_name="Li", role="supervisor", is_active=True, centres=["a", "b"], by=boss)
    assert sorted(str(own) for own in changed.assignments.all()) == ["a", "b"]
    with pytest.raises(Refused, match="Another administrator"):
        change_person("boss", full_name="", role="supervisor", is_active=True, centres=[], by=boss)
