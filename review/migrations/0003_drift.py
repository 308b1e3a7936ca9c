"""A published night says in what it differs from the training of the model that scored it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns of `PublishedNight`; of nights published before, nothing was compared."""

    dependencies = (("review", "0002_log_is_fixed"),)
    operations = (
        migrations.AddField("publishednight", "compared", models.PositiveIntegerField(null=True)),
        migrations.AddField("publishednight", "drifted", models.JSONField(default=list)),
    )
