"""The database itself refuses to change or delete an entry of the audit log."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SAID = "entries of the audit log are never changed or deleted"
SQLITE = [
    f"""CREATE TRIGGER review_log_{what.lower()} BEFORE {what} ON review_logentry
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END"""
    for what in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    f"""CREATE FUNCTION review_log_fixed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{SAID}'; END $$""",
    """CREATE TRIGGER review_log_fixed BEFORE UPDATE OR DELETE ON review_logentry
        FOR EACH ROW EXECUTE FUNCTION review_log_fixed()""",
    """CREATE TRIGGER review_log_kept BEFORE TRUNCATE ON review_logentry
        FOR EACH STATEMENT EXECUTE FUNCTION review_log_fixed()""",
]
GONE = {
    "sqlite": ["DROP TRIGGER review_log_update", "DROP TRIGGER review_log_delete"],
    "postgresql": [
        "DROP TRIGGER review_log_fixed ON review_logentry",
        "DROP TRIGGER review_log_kept ON review_logentry",
        "DROP FUNCTION review_log_fixed()",
    ],
}


def fix(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers."""
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def loosen(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop them."""
    for statement in GONE[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers on the audit log."""

    dependencies = (("review", "0001_first"),)
    operations = (migrations.RunPython(fix, loosen),)
