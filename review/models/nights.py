"""Which nights have been published."""

from django.db import models


class PublishedNight(models.Model):
    """A night whose cases are here: the run that made it, and when it came."""

    service_day = models.DateField(unique=True)
    run_id = models.CharField(max_length=300)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-service_day",)

    def __str__(self) -> str:
        return str(self.service_day)
