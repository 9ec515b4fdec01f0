from django.db import migrations

from jiannuo.kernel import wall


class Migration(migrations.Migration):
    dependencies = [("charges", "0001_initial")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("charges_ruling")),
        migrations.RunSQL(*wall.around("charges_quote")),
        migrations.RunSQL(*wall.around("charges_entitlement")),
    ]
