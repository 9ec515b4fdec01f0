from django.db import migrations

from jiannuo.kernel import grams


class Migration(migrations.Migration):
    dependencies = [("equipment", "0004_substitutes"), ("archive", "0008_passage")]
    operations = [
        migrations.RunSQL(
            *grams.index("equipment_unit_grams", "equipment_installedunit", "serial_key")
        )
    ]
