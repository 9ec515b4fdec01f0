from django.db import migrations

from jiannuo.kernel import wall


class Migration(migrations.Migration):
    dependencies = [("charges", "0003_extra")]
    operations = [
        migrations.RunSQL(
            "create sequence charges_extra_number", "drop sequence charges_extra_number"
        ),
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("charges_extra")),
    ]
