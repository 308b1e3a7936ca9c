"""The first tables: who may enter, which centres are theirs, and what they are tied to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from review.models.people import public_id

OPERATIONS = (
    migrations.CreateModel(
        name="User",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("password", models.CharField(max_length=128, verbose_name="password")),
            ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
            ("username", models.CharField(max_length=80, unique=True)),
            ("full_name", models.CharField(blank=True, max_length=120)),
            ("role", models.CharField(max_length=20)),
            (
                "public_id",
                models.CharField(default=public_id, editable=False, max_length=16, unique=True),
            ),
            ("is_active", models.BooleanField(default=True)),
            ("made_at", models.DateTimeField(auto_now_add=True)),
        ],
        options={
            "ordering": ("username",),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("role__in", ["inspector", "supervisor", "analyst", "auditor", "administrator"])
                    ),
                    name="user_known_role",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Conflict",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("centre", "centre"),
                        ("clerk", "clerk"),
                        ("agent", "agent"),
                        ("identifier", "identifier"),
                    ],
                    max_length=10,
                ),
            ),
            ("centre_id", models.CharField(blank=True, max_length=1000)),
            ("value", models.CharField(max_length=1000)),
            ("why", models.CharField(blank=True, max_length=300)),
            (
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="conflicts",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ("kind", "centre_id", "value"),
        },
    ),
    migrations.CreateModel(
        name="Assignment",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("centre_id", models.CharField(max_length=1000)),
            (
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="assignments",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ("centre_id",),
            "constraints": [models.UniqueConstraint(fields=("user", "centre_id"), name="assignment_once")],
        },
    ),
    migrations.AddConstraint(
        model_name="conflict",
        constraint=models.UniqueConstraint(fields=("user", "kind", "centre_id", "value"), name="conflict_once"),
    ),
    migrations.AddConstraint(
        model_name="conflict",
        constraint=models.CheckConstraint(
            condition=models.Q(("kind__in", ["centre", "clerk", "agent", "identifier"])), name="conflict_known_kind"
        ),
    ),
    migrations.AddConstraint(
        model_name="conflict",
        constraint=models.CheckConstraint(
            condition=models.Q(("kind", "clerk"), ("centre_id", ""), _connector="XOR"),
            name="conflict_centre_of_clerk",
        ),
    ),
)
