"""The first tables: what is decided, said of and attached to a case."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATIONS = (
    migrations.CreateModel(
        name="Attachment",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("at", models.DateTimeField()),
            ("name", models.CharField(max_length=200)),
            ("kind", models.CharField(max_length=100)),
            ("size", models.PositiveIntegerField()),
            ("sha256", models.CharField(max_length=64)),
            ("file", models.FileField(max_length=200, upload_to="")),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="review.case"
                ),
            ),
        ],
        options={
            "ordering": ("at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Comment",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("at", models.DateTimeField()),
            ("text", models.TextField()),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="review.case"
                ),
            ),
        ],
        options={
            "ordering": ("at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Decision",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("whole_case", models.BooleanField()),
            (
                "verdict",
                models.CharField(
                    choices=[("manipulated", "manipulated"), ("lawful", "lawful"), ("unclear", "unclear")],
                    max_length=12,
                ),
            ),
            (
                "reason",
                models.CharField(
                    choices=[
                        ("called_out_of_turn", "called out of turn without a recorded reason"),
                        ("record_altered", "the record was altered"),
                        ("beyond_quota", "put in beyond the quota"),
                        ("false_class", "a priority class that does not hold"),
                        ("intermediary", "an intermediary's booking, and who let it in"),
                        ("other_manipulated", "another way, told below"),
                        ("priority_holds", "a priority class or a recall that holds"),
                        ("clerks_slip", "a clerk's slip or a trainee's miscall"),
                        ("system_failure", "the calling system failed"),
                        ("registered_agent", "a registered agent or an employer"),
                        ("shared_device", "a device or telephone that many share"),
                        ("other_lawful", "another reason, told below"),
                        ("records_missing", "records are missing"),
                        ("witness_needed", "a witness is needed"),
                        ("other_unclear", "another reason, told below"),
                    ],
                    max_length=30,
                ),
            ),
            ("text", models.TextField(blank=True)),
            ("at", models.DateTimeField()),
            ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ("undone_at", models.DateTimeField(blank=True, null=True)),
            ("undone_why", models.TextField(blank=True)),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="decisions",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="review.case"
                ),
            ),
            (
                "confirmed_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="confirmations",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "undone_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="undone",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ("at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Covered",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("stands", models.BooleanField(default=True)),
            (
                "booking",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="covered", to="review.casebooking"
                ),
            ),
            (
                "decision",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="covered", to="review.decision"
                ),
            ),
        ],
    ),
    migrations.AddConstraint(
        model_name="comment",
        constraint=models.CheckConstraint(
            condition=models.Q(("text", ""), _negated=True), name="comment_says_something"
        ),
    ),
    migrations.AddIndex(
        model_name="decision",
        index=models.Index(fields=["verdict", "confirmed_at", "undone_at", "at"], name="decision_waiting"),
    ),
    migrations.AddConstraint(
        model_name="decision",
        constraint=models.CheckConstraint(
            condition=models.Q(("verdict__in", ["manipulated", "lawful", "unclear"])), name="decision_known_verdict"
        ),
    ),
    migrations.AddConstraint(
        model_name="decision",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(
                    (
                        "reason__in",
                        [
                            "called_out_of_turn",
                            "record_altered",
                            "beyond_quota",
                            "false_class",
                            "intermediary",
                            "other_manipulated",
                        ],
                    ),
                    ("verdict", "manipulated"),
                ),
                models.Q(
                    (
                        "reason__in",
                        [
                            "priority_holds",
                            "clerks_slip",
                            "system_failure",
                            "registered_agent",
                            "shared_device",
                            "other_lawful",
                        ],
                    ),
                    ("verdict", "lawful"),
                ),
                models.Q(
                    ("reason__in", ["records_missing", "witness_needed", "other_unclear"]), ("verdict", "unclear")
                ),
                _connector="OR",
            ),
            name="decision_reason_of_verdict",
        ),
    ),
    migrations.AddConstraint(
        model_name="decision",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                _connector="OR",
            ),
            name="decision_confirmed_by_and_at",
        ),
    ),
    migrations.AddConstraint(
        model_name="decision",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("confirmed_by__isnull", True),
                models.Q(models.Q(("confirmed_by", models.F("by")), _negated=True), ("verdict", "manipulated")),
                _connector="OR",
            ),
            name="decision_confirmed_by_another",
        ),
    ),
    migrations.AddConstraint(
        model_name="decision",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("undone_at__isnull", True), ("undone_by__isnull", True), ("undone_why", "")),
                models.Q(
                    ("undone_at__isnull", False),
                    ("undone_by__isnull", False),
                    models.Q(("undone_why", ""), _negated=True),
                ),
                _connector="OR",
            ),
            name="decision_undone_by_at_why",
        ),
    ),
    migrations.AddConstraint(
        model_name="covered",
        constraint=models.UniqueConstraint(fields=("decision", "booking"), name="covered_once"),
    ),
    migrations.AddConstraint(
        model_name="covered",
        constraint=models.UniqueConstraint(
            condition=models.Q(("stands", True)), fields=("booking",), name="covered_by_one_that_stands"
        ),
    ),
)
