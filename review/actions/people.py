"""Letting people in, and saying which role, centres and conflicts they have."""

from collections.abc import Collection

from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from data.schema import LONGEST_NAME
from review.actions.deciding import written
from review.actions.holding import must
from review.audit import record
from review.errors import Refused
from review.models import Assignment, Conflict, User
from review.models.people import LONGEST_USERNAME, TIES
from review.roles import ROLES, May

#: with a letter or digit, since a browser would open no page of somebody called ".."
NAME = RegexValidator(rf"^(?=.*\w)[\w.@+-]{{2,{LONGEST_USERNAME}}}\Z")


def set_up_path(user: User) -> str:
    """Where this person chooses a password; it works once, and for three days (`PASSWORD_RESET_TIMEOUT`)."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set_up", args=[key, default_token_generator.make_token(user)])


@transaction.atomic
def add_person(*, username: str, full_name: str, role: str, by: User | None) -> User:
    """Let somebody in; they have no password until they choose one. `by` is null for the first administrator."""
    if by is not None:
        must(by, May.MANAGE_PEOPLE)
    username = User.normalize_username(username)  # as the log-in page does with what is typed there
    try:
        NAME(username)
    except ValidationError as error:
        raise Refused(_("A user name has 2 to 80 letters, digits or . @ + - _")) from error
    if role not in ROLES:
        raise Refused(_("There is no such role."))
    _keepable(full_name)
    made = User(username=username, full_name=full_name.strip()[:120], role=role)
    made.set_unusable_password()
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refused(_("There is somebody with this user name.")) from error
    record(by=by, action="add_person", kind="person", thing=username, new={"role": role, "full_name": made.full_name})
    return made


@transaction.atomic
def change_person(
    username: str, *, full_name: str, role: str, is_active: bool, centres: Collection[str], by: User
) -> User:
    """Set somebody's name, role, centres, and whether they may enter; nobody changes their own role."""
    must(by, May.MANAGE_PEOPLE)
    user = _person(username)
    if role not in ROLES:
        raise Refused(_("There is no such role."))
    if user.pk == by.pk and (role != user.role or not is_active):
        raise Refused(_("Another administrator changes your role, never you."))
    _keepable(full_name, *centres)
    before = _said(user)
    user.full_name, user.role, user.is_active = full_name.strip()[:120], role, is_active
    user.save()
    user.assignments.exclude(centre_id__in=centres).delete()
    kept = set(user.assignments.values_list("centre_id", flat=True))
    Assignment.objects.bulk_create(Assignment(user=user, centre_id=name) for name in sorted(set(centres) - kept))
    record(by=by, action="change_person", kind="person", thing=username, old=before, new=_said(user))
    return user


@transaction.atomic
def add_conflict(username: str, *, kind: str, value: str, centre_id: str, why: str, by: User) -> Conflict:
    """Tie somebody to a centre, clerk, agent or identifier: they no longer see a case that it is part of."""
    must(by, May.MANAGE_PEOPLE)
    user, value, centre_id = _person(username), value.strip(), centre_id.strip()
    _keepable(value, centre_id, why)
    if kind not in TIES or not value or len(why) > 300:
        raise Refused(_("Say what they are tied to."))
    if kind == "clerk" and not centre_id:
        raise Refused(_("Of a clerk, say the centre too."))
    place = centre_id if kind == "clerk" else ""
    made, fresh = Conflict.objects.get_or_create(
        user=user, kind=kind, centre_id=place, value=value, defaults={"why": why.strip()}
    )
    if not fresh:
        raise Refused(_("This conflict is on the list."))
    record(by=by, action="add_conflict", kind="person", thing=username, new=_tie(made), why=made.why)
    return made


@transaction.atomic
def end_conflict(username: str, number: int, *, by: User) -> None:
    """Take a conflict off the list."""
    must(by, May.MANAGE_PEOPLE)
    found = Conflict.objects.filter(pk=number, user=_person(username)).first()
    if found is None:
        raise Refused(_("There is no such conflict."))
    record(by=by, action="end_conflict", kind="person", thing=username, old=_tie(found), why=found.why)
    found.delete()


@transaction.atomic
def new_link(username: str, *, by: User) -> str:
    """A new set-up link for somebody who has lost their password; the old password ends at once."""
    must(by, May.MANAGE_PEOPLE)
    user = _person(username)
    user.set_unusable_password()
    user.save()
    record(by=by, action="new_link", kind="person", thing=username)
    return set_up_path(user)


@transaction.atomic
def choose_password(user: User, password: str) -> None:
    """Set the password that somebody chose by their link."""
    user.set_password(password)
    user.save()
    record(by=user, action="choose_password", kind="person", thing=user.username)


def _keepable(*names: str) -> None:
    """`Refused` where a name could be none of a log."""
    for name in names:
        written(name)
        if len(name.encode()) > LONGEST_NAME:
            raise Refused(_("This name is longer than any of a log."))


def _person(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Refused(_("There is no such person."))
    return user


def _said(user: User) -> dict[str, object]:
    centres = list(user.assignments.values_list("centre_id", flat=True))
    return {"full_name": user.full_name, "role": user.role, "is_active": user.is_active, "centres": centres}


def _tie(conflict: Conflict) -> dict[str, str]:
    return {"kind": conflict.kind, "centre_id": conflict.centre_id, "value": conflict.value}
