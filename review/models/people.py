"""People: who they are, which centres are theirs, and whom they are tied to."""

import secrets

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from review.roles import ROLES, May, Role

#: what a person can be tied to, as in `CaseTie`
TIES = {"centre": _("centre"), "clerk": _("clerk"), "agent": _("agent"), "identifier": _("identifier")}
#: characters
LONGEST_USERNAME = 80


def public_id() -> str:
    """A name for a person that says nothing of them: what leaves the console in their place."""
    return secrets.token_hex(8)


class User(AbstractBaseUser):
    """A person who may enter. Nobody is ever deleted: what they decided names them."""

    username = models.CharField(max_length=LONGEST_USERNAME, unique=True)
    full_name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = BaseUserManager["User"]()

    class Meta:
        ordering = ("username",)
        constraints = (models.CheckConstraint(condition=models.Q(role__in=list(ROLES)), name="user_known_role"),)

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def duties(self) -> Role:
        """What the person's role lets them do."""
        return ROLES[self.role]

    def may(self, permission: May) -> bool:
        """Whether the role has this permission."""
        return self.is_active and permission in self.duties.may


class Assignment(models.Model):
    """A centre that is one inspector's."""

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments")
    centre_id = models.CharField(max_length=1000)

    class Meta:
        ordering = ("centre_id",)
        constraints = (models.UniqueConstraint(fields=("user", "centre_id"), name="assignment_once"),)

    def __str__(self) -> str:
        return self.centre_id


class Conflict(models.Model):
    """Whom or what a person is tied to: they see and decide no case that it is part of.

    `centre_id` is the centre of a clerk, whose name may be another person's elsewhere; empty for the rest.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="conflicts")
    kind = models.CharField(max_length=10, choices=tuple(TIES.items()))
    centre_id = models.CharField(max_length=1000, blank=True)
    value = models.CharField(max_length=1000)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("kind", "centre_id", "value")
        constraints = (
            models.UniqueConstraint(fields=("user", "kind", "centre_id", "value"), name="conflict_once"),
            models.CheckConstraint(condition=models.Q(kind__in=list(TIES)), name="conflict_known_kind"),
            models.CheckConstraint(
                condition=models.Q(kind="clerk") ^ models.Q(centre_id=""), name="conflict_centre_of_clerk"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.centre_id} {self.value}"
