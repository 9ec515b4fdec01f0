from django.db import migrations

from jiannuo.kernel import wall


class Migration(migrations.Migration):
    dependencies = [("equipment", "0001_initial")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("equipment_installedunit")),
        migrations.RunSQL(*wall.around("equipment_position")),
        migrations.RunSQL(*wall.around("equipment_placement")),
        migrations.RunSQL(*wall.around("equipment_unitswap")),
        migrations.RunSQL(*wall.around("equipment_coverage")),
        migrations.RunSQL(*wall.open_to_portal("equipment_productmodel")),
    ]
