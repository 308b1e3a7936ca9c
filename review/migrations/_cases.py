"""The first tables: nights, centres, and cases with their bookings and ties."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATIONS = (
    migrations.CreateModel(
        name="Centre",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("centre_id", models.CharField(max_length=1000, unique=True)),
        ],
        options={
            "ordering": ("centre_id",),
        },
    ),
    migrations.CreateModel(
        name="PublishedNight",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("service_day", models.DateField(unique=True)),
            ("run_id", models.CharField(max_length=300)),
            ("published_at", models.DateTimeField()),
        ],
        options={
            "ordering": ("-service_day",),
        },
    ),
    migrations.CreateModel(
        name="Case",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("case_id", models.CharField(max_length=64, unique=True)),
            (
                "kind",
                models.CharField(choices=[("ring", "ring"), ("clerk", "clerk"), ("centre", "centre")], max_length=10),
            ),
            ("drawn", models.BooleanField(default=False)),
            ("within_budget", models.BooleanField(default=True)),
            ("opened_on", models.DateField()),
            ("last_day", models.DateField()),
            ("bookings_count", models.PositiveIntegerField()),
            ("people_passed", models.PositiveIntegerField()),
            ("minutes_taken", models.FloatField()),
            ("score", models.FloatField()),
            ("place", models.FloatField()),
            ("centres", models.JSONField()),
            ("reason_zh", models.TextField()),
            ("reason_en", models.TextField()),
            ("told", models.JSONField()),
            ("evidence_ref", models.CharField(blank=True, max_length=300)),
            ("digest", models.CharField(max_length=64)),
            ("published_at", models.DateTimeField()),
            (
                "state",
                models.CharField(
                    choices=[("open", "open"), ("waiting", "waits for confirmation"), ("decided", "decided")],
                    default="open",
                    max_length=10,
                ),
            ),
            ("state_at", models.DateTimeField()),
            ("reopened_at", models.DateTimeField(blank=True, null=True)),
            ("held_at", models.DateTimeField(blank=True, null=True)),
            ("held_until", models.DateTimeField(blank=True, null=True)),
            ("snoozed_at", models.DateTimeField(blank=True, null=True)),
            ("snoozed_until", models.DateTimeField(blank=True, null=True)),
            ("snoozed_why", models.TextField(blank=True)),
            (
                "holder",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="held",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "snoozed_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="snoozed",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ("-place", "case_id"),
        },
    ),
    migrations.CreateModel(
        name="CaseBooking",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("service_day", models.DateField()),
            ("centre_id", models.CharField(max_length=1000)),
            ("booking_id", models.CharField(max_length=1000)),
            ("score", models.FloatField()),
            ("people_passed", models.PositiveIntegerField(blank=True, null=True)),
            ("minutes_taken", models.FloatField(blank=True, null=True)),
            ("reasons", models.JSONField()),
            ("record", models.JSONField()),
            ("selection_probability", models.FloatField(blank=True, null=True)),
            ("published_at", models.DateTimeField()),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="bookings", to="review.case"
                ),
            ),
        ],
        options={
            "ordering": ("service_day", "centre_id", "booking_id"),
        },
    ),
    migrations.CreateModel(
        name="CaseTie",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("kind", models.CharField(max_length=10)),
            ("centre_id", models.CharField(blank=True, max_length=1000)),
            ("value", models.CharField(max_length=1000)),
            (
                "case",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="ties", to="review.case"),
            ),
        ],
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(fields=["state", "within_budget", "-place", "case_id"], name="case_queue"),
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(fields=["within_budget", "-place", "case_id"], name="case_place"),
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(fields=["-place", "case_id"], name="case_place_of_all"),
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(fields=["state", "-state_at"], name="case_state"),
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(fields=["holder", "state"], name="case_holder"),
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(fields=["last_day"], name="case_last_day"),
    ),
    migrations.AddConstraint(
        model_name="case",
        constraint=models.CheckConstraint(
            condition=models.Q(("kind__in", ["ring", "clerk", "centre"])), name="case_known_kind"
        ),
    ),
    migrations.AddConstraint(
        model_name="case",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["open", "waiting", "decided"])), name="case_known_state"
        ),
    ),
    migrations.AddConstraint(
        model_name="case",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("held_at__isnull", True), ("held_until__isnull", True), ("holder__isnull", True)),
                models.Q(("held_at__isnull", False), ("holder__isnull", False)),
                _connector="OR",
            ),
            name="case_held_by_and_at",
        ),
    ),
    migrations.AddConstraint(
        model_name="case",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(
                    ("snoozed_at__isnull", True),
                    ("snoozed_by__isnull", True),
                    ("snoozed_until__isnull", True),
                    ("snoozed_why", ""),
                ),
                models.Q(
                    ("snoozed_at__isnull", False),
                    ("snoozed_by__isnull", False),
                    ("snoozed_until__gt", models.F("snoozed_at")),
                    models.Q(("snoozed_why", ""), _negated=True),
                ),
                _connector="OR",
            ),
            name="case_snoozed_by_at_until_why",
        ),
    ),
    migrations.AddIndex(
        model_name="casebooking",
        index=models.Index(fields=["booking_id"], name="case_booking_name"),
    ),
    migrations.AddConstraint(
        model_name="casebooking",
        constraint=models.UniqueConstraint(fields=("case", "centre_id", "booking_id"), name="case_booking_once"),
    ),
    migrations.AddIndex(
        model_name="casetie",
        index=models.Index(fields=["kind", "value", "centre_id"], name="case_tie_value"),
    ),
    migrations.AddIndex(
        model_name="casetie",
        index=models.Index(fields=["kind", "centre_id", "value"], name="case_tie_centre"),
    ),
    migrations.AddIndex(
        model_name="casetie",
        index=models.Index(fields=["value"], name="case_tie_any"),
    ),
    migrations.AddConstraint(
        model_name="casetie",
        constraint=models.UniqueConstraint(fields=("case", "kind", "centre_id", "value"), name="case_tie_once"),
    ),
)
