"""What people may do: a role is a sentence and a list of permissions."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class May(StrEnum):
    """One permission."""

    #: see cases of the centres that are theirs, with everything in them
    SEE_CASES = "see_cases"
    #: see cases of every centre
    SEE_EVERY_CENTRE = "see_every_centre"
    #: take, put off, comment on, attach to and decide cases
    WORK = "work"
    #: confirm or refuse somebody else's "manipulated"
    CONFIRM = "confirm"
    #: give a case to somebody
    ASSIGN = "assign"
    #: see who is behind a pseudonym
    REVEAL = "reveal"
    #: figures over all cases, and the centres' check-up; nobody is named in them
    SEE_FIGURES = "see_figures"
    #: the audit log
    SEE_LOG = "see_log"
    #: users, their roles, centres and conflicts
    MANAGE_PEOPLE = "manage_people"


@dataclass(frozen=True)
class Role:
    """A role."""

    name: str
    title: str | Promise
    sentence: str | Promise
    may: frozenset[May]


INSPECTOR = Role(
    "inspector",
    _("Inspector"),
    _("Looks into the cases of the centres assigned to them, and decides them."),
    frozenset({May.SEE_CASES, May.WORK, May.CONFIRM, May.SEE_FIGURES}),
)
SUPERVISOR = Role(
    "supervisor",
    _("Supervisor"),
    _("Sees the cases of every centre, gives them out, confirms, and may reveal an identity with a reason."),
    frozenset(
        {
            May.SEE_CASES,
            May.SEE_EVERY_CENTRE,
            May.WORK,
            May.CONFIRM,
            May.ASSIGN,
            May.REVEAL,
            May.SEE_FIGURES,
        }
    ),
)
ANALYST = Role(
    "analyst",
    _("Analyst"),
    _("Sees figures over all cases and centres, and nobody's name or case."),
    frozenset({May.SEE_FIGURES}),
)
AUDITOR = Role(
    "auditor",
    _("Auditor"),
    _("Sees every case and the whole audit log, and changes nothing."),
    frozenset({May.SEE_CASES, May.SEE_EVERY_CENTRE, May.SEE_FIGURES, May.SEE_LOG}),
)
ADMINISTRATOR = Role(
    "administrator",
    _("Administrator"),
    _("Lets people in, says which role, centres and conflicts they have, and sees no case."),
    frozenset({May.MANAGE_PEOPLE}),
)

ROLES = {role.name: role for role in (INSPECTOR, SUPERVISOR, ANALYST, AUDITOR, ADMINISTRATOR)}
