"""What people say of a case and what they attach to it."""

from django.db import models

from review.models.cases import Case
from review.models.people import User


class Comment(models.Model):
    """A remark; it stays as it was written."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="comments")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (models.CheckConstraint(condition=~models.Q(text=""), name="comment_says_something"),)

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(models.Model):
    """A file, stored in the home under a name of ours; `name` is what it was called, `kind` what it holds."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=200)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.name
