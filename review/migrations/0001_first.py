"""The console's first tables, by what they are about; modules with an underscore are no migrations to Django."""

from django.db import migrations

from review.migrations import _cases, _decisions, _log, _people


class Migration(migrations.Migration):
    """People first, since whoever is named in the others is one of them."""

    initial = True
    dependencies = ()
    operations = (*_people.OPERATIONS, *_cases.OPERATIONS, *_decisions.OPERATIONS, *_log.OPERATIONS)
