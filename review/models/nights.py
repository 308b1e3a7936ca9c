"""Which nights have been published."""

from django.db import models


class PublishedNight(models.Model):
    """A night whose cases are here: the run that made it, and when it came.

    `compared`: how many things were held against the training of the model that scored it, null where none did;
    `drifted`: names of those that differ.
    """

    service_day = models.DateField(unique=True)
    run_id = models.CharField(max_length=300)
    published_at = models.DateTimeField()
    compared = models.PositiveIntegerField(null=True)
    drifted = models.JSONField(default=list)

    class Meta:
        ordering = ("-service_day",)

    def __str__(self) -> str:
        return str(self.service_day)
