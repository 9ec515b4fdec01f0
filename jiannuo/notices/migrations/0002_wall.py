from django.db import migrations

from jiannuo.kernel import wall

# The portal leaves word for us; what we were told about a customer is not for him to read.


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("notices_notice", may="insert")),
    ]
