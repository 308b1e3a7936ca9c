"""The audit log: every view of personal data and every change, chained so that nothing can be taken out unseen."""

from typing import NoReturn

from django.db import models

from review.models.people import User


class FixedError(Exception):
    """Somebody tried to change or delete an entry of the audit log."""


class Fixed(models.QuerySet["LogEntry"]):
    """Entries that can be read and nothing else; the database has a trigger that says the same."""

    def update(self, **_kwargs: object) -> NoReturn:
        """Refuse."""
        raise FixedError("entries of the audit log are never changed")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise FixedError("entries of the audit log are never deleted")


class LogEntry(models.Model):
    """One entry. `by` is null where a night did it. `chain`: HMAC over this entry and the chain of the one before."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    thing = models.CharField(max_length=300)
    old = models.JSONField(null=True, blank=True)
    new = models.JSONField(null=True, blank=True)
    why = models.TextField(blank=True)
    chain = models.CharField(max_length=64)

    objects = Fixed.as_manager()

    class Meta:
        ordering = ("-number",)
        indexes = (
            models.Index(fields=("kind", "thing", "-number"), name="log_thing"),
            models.Index(fields=("by", "-number"), name="log_by"),
            models.Index(fields=("action", "-number"), name="log_action"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.thing}"

    def save(self, **kwargs: object) -> None:
        """Add the entry; one that is there is never written again."""
        if not self._state.adding:
            raise FixedError("entries of the audit log are never changed")
        super().save(force_insert=True)

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Refuse."""
        raise FixedError("entries of the audit log are never deleted")


class LogHead(models.Model):
    """The end of the chain, a single row: who adds an entry holds it, so that entries follow one another."""

    number = models.PositiveBigIntegerField(default=0)
    chain = models.CharField(max_length=64, default="")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="log_one_head"),)

    def __str__(self) -> str:
        return f"{self.number}"
