"""Who may see what: the centres that are somebody's, and the cases that somebody is tied to."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from review.models import Case, CaseTie, Centre, Conflict, User
from review.roles import ROLES, May


def visible(user: User, cases: QuerySet[Case] | None = None) -> QuerySet[Case]:
    """The cases that a person may see.

    Those of every centre, or those all of whose centres are assigned to them; and in either case none that is tied to
    a centre, clerk, agent or identifier on their conflict list.
    """
    found = Case.objects.all() if cases is None else cases
    if not user.may(May.SEE_CASES):
        return found.none()
    ties = CaseTie.objects.filter(case=OuterRef("pk"))
    if not user.may(May.SEE_EVERY_CENTRE):
        own = user.assignments.values("centre_id")
        found = found.filter(Exists(ties.filter(kind="centre"))).exclude(
            Exists(ties.filter(kind="centre").exclude(value__in=own))
        )
    if user.conflicts.exists():
        tied = Conflict.objects.filter(
            user=user, kind=OuterRef("kind"), value=OuterRef("value"), centre_id=OuterRef("centre_id")
        )
        found = found.exclude(Exists(ties.filter(Exists(tied))))
    return found


def of_visible_case(user: User) -> Exists:
    """Of rows with a `case`: that this person may see it; looked up row by row, so that few rows need few look-ups."""
    return Exists(visible(user).filter(pk=OuterRef("case_id")))


def able(case: Case) -> QuerySet[User]:
    """Who may work on a case: the role, all its centres or every one, and no conflict with what it is tied to."""
    centres = list(case.ties.filter(kind="centre").values_list("value", flat=True))
    roles = {name: role.may for name, role in ROLES.items() if May.WORK in role.may}
    every = [name for name, may in roles.items() if May.SEE_EVERY_CENTRE in may]
    tied = CaseTie.objects.filter(
        case=case, kind=OuterRef("kind"), value=OuterRef("value"), centre_id=OuterRef("centre_id")
    )
    own = Count("assignments", filter=Q(assignments__centre_id__in=centres))
    return (
        User.objects.filter(is_active=True, role__in=list(roles))
        .annotate(own_centres=own)
        .filter(Q(role__in=every) | Q(own_centres=len(centres)) & ~Q(own_centres=0))
        .exclude(Exists(Conflict.objects.filter(Exists(tied), user=OuterRef("pk"))))
    )


def sees_centre(user: User, centre_id: str) -> bool:
    """Whether a person may see a centre's page."""
    if user.conflicts.filter(kind="centre", value=centre_id).exists():
        return False
    if user.may(May.SEE_EVERY_CENTRE):
        return True
    if user.may(May.SEE_CASES):
        return user.assignments.filter(centre_id=centre_id).exists()
    return user.may(May.SEE_FIGURES)


def centres_seen(user: User) -> QuerySet[Centre]:
    """The centres that have had cases and that a person may see, in order."""
    found = Centre.objects.exclude(centre_id__in=user.conflicts.filter(kind="centre").values("value"))
    if user.may(May.SEE_CASES) and not user.may(May.SEE_EVERY_CENTRE):
        found = found.filter(centre_id__in=user.assignments.values("centre_id"))
    return found
