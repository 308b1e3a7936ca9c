"""Who has a case: taken from the queue, taken by hand, given by a supervisor, given back."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from review.access import able, visible
from review.audit import record
from review.errors import Refused
from review.models import Case, User
from review.roles import May

#: how long a case that somebody took stays theirs; a night later others may have it
HOLD = timedelta(hours=24)


def free() -> Q:
    """Cases that nobody has, or has had for too long, and that are not put off."""
    now = timezone.now()
    return (Q(holder__isnull=True) | Q(held_until__lte=now)) & (
        Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now)
    )


@transaction.atomic
def take_next(*, by: User) -> Case | None:
    """Hand out the first open case of the queue that nobody has; null where there is none.

    Two people at the same moment get two cases: PostgreSQL passes over a row that another transaction holds, and with
    SQLite the second waits until the first has finished, since its transactions begin as writers.
    """
    must(by, May.WORK)
    queue = visible(by).filter(free(), state="open", within_budget=True).order_by("-place", "case_id")
    case = _locked(queue, skip=True).first()
    if case is None:
        return None
    _hold(case, by)
    record(by=by, action="take", kind="case", thing=case.case_id, new={"holder": by.username})
    return case


@transaction.atomic
def take(case_id: str, *, by: User) -> Case:
    """Take a certain open case that nobody has."""
    must(by, May.WORK)
    case = case_to_change(case_id, by)
    if case.state != "open":
        raise Refused(_("This case is not open."))
    if case.holder_id and case.holder_id != by.pk and not _lapsed(case):
        raise Refused(_("%(who)s has this case. Ask them, or a supervisor, to give it back.") % {"who": case.holder})
    before = case.holder
    _hold(case, by)
    record(by=by, action="take", kind="case", thing=case_id, old=_named(before), new=_named(by))
    return case


@transaction.atomic
def give_back(case_id: str, *, by: User) -> Case:
    """Let others have a case; its holder does, or who may assign."""
    case = case_to_change(case_id, by)
    if case.holder_id is None:
        raise Refused(_("Nobody has this case."))
    if case.holder_id != by.pk:
        must(by, May.ASSIGN)
    before = case.holder
    case.holder = case.held_at = case.held_until = None
    case.save()
    record(by=by, action="give_back", kind="case", thing=case_id, old=_named(before), new=_named(None))
    return case


@transaction.atomic
def assign(case_id: str, to: User, *, by: User) -> Case:
    """Give a case to somebody who can work on it and may see it; it stays theirs until given back."""
    must(by, May.ASSIGN)
    case = case_to_change(case_id, by)
    if case.state != "open":
        raise Refused(_("This case is not open."))
    if not able(case).filter(pk=to.pk).exists():
        raise Refused(_("%(who)s cannot have this case: the role, the centres or a conflict forbid it.") % {"who": to})
    before = case.holder
    case.holder, case.held_at, case.held_until = to, timezone.now(), None
    case.save()
    record(by=by, action="assign", kind="case", thing=case_id, old=_named(before), new=_named(to))
    return case


def case_to_change(case_id: str, by: User) -> Case:
    """The case, locked until the transaction ends; `Refused` where this person may not see it."""
    case = _locked(visible(by).filter(case_id=case_id)).first()
    if case is None:
        raise Refused(_("There is no such case, or it is not yours to see."))
    return case


def must(by: User, permission: May) -> None:
    """`Refused` where the role does not have this permission."""
    if not by.may(permission):
        raise Refused(_("Your role does not permit this."))


def must_hold(case: Case, by: User) -> None:
    """Only who has a case changes it, so that two people never work on one unawares."""
    if case.holder_id != by.pk:
        raise Refused(_("Take the case first."))


def _locked(cases: QuerySet[Case], *, skip: bool = False) -> QuerySet[Case]:
    if connection.features.has_select_for_update_skip_locked:
        return cases.select_for_update(skip_locked=skip, of=("self",))
    return cases


def _hold(case: Case, by: User) -> None:
    case.holder, case.held_at = by, timezone.now()
    case.held_until = case.held_at + HOLD
    case.save()


def _lapsed(case: Case) -> bool:
    return case.held_until is not None and case.held_until <= timezone.now()


def _named(user: User | None) -> dict[str, str | None]:
    return {"holder": user.username if user else None}
