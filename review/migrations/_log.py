"""The first tables: the audit log and its head."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATIONS = (
    migrations.CreateModel(
        name="LogEntry",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.PositiveBigIntegerField(unique=True)),
            ("at", models.DateTimeField()),
            ("by_name", models.CharField(max_length=80)),
            ("action", models.CharField(max_length=40)),
            ("kind", models.CharField(max_length=20)),
            ("thing", models.CharField(max_length=300)),
            ("old", models.JSONField(blank=True, null=True)),
            ("new", models.JSONField(blank=True, null=True)),
            ("why", models.TextField(blank=True)),
            ("chain", models.CharField(max_length=64)),
            (
                "by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ("-number",),
        },
    ),
    migrations.CreateModel(
        name="LogHead",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.PositiveBigIntegerField(default=0)),
            ("chain", models.CharField(default="", max_length=64)),
        ],
        options={
            "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="log_one_head")],
        },
    ),
    migrations.AddIndex(
        model_name="logentry",
        index=models.Index(fields=["kind", "thing", "-number"], name="log_thing"),
    ),
    migrations.AddIndex(
        model_name="logentry",
        index=models.Index(fields=["by", "-number"], name="log_by"),
    ),
    migrations.AddIndex(
        model_name="logentry",
        index=models.Index(fields=["action", "-number"], name="log_action"),
    ),
)
