from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clocks", "0004_recount")]
    operations = [
        migrations.AddField("beat", "well_at", models.DateTimeField(null=True)),
        # Of the beats that are there, the ones without trouble were well when they came.
        migrations.RunSQL(
            "update clocks_beat set well_at = beat_at where trouble = ''", migrations.RunSQL.noop
        ),
        migrations.AddIndex("fired", models.Index(fields=["fired_at"], name="clocks_fired_lately")),
    ]
