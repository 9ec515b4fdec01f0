from django.db import migrations

from jiannuo.kernel import wall


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("training_session")),
        migrations.RunSQL(*wall.around("training_attendee")),
    ]
