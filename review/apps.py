"""The console as a Django application."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Cases, people, decisions and the log of who saw and changed what."""

    name = "review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"
