"""A booking drawn at random may be one that nothing could assess: it has no score, and so has its case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Scores may be null."""

    dependencies = (("review", "0003_drift"),)
    operations = (
        migrations.AlterField("case", "score", models.FloatField(null=True)),
        migrations.AlterField("casebooking", "score", models.FloatField(null=True)),
    )
