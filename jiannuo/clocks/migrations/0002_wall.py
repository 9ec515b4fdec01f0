from django.db import migrations

from jiannuo.kernel import wall

# Customers see their promises; whom of ours an alert wakes is our business.


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("clocks_clock")),
        migrations.RunSQL(*wall.around("clocks_trigger", may="")),
        migrations.RunSQL(*wall.around("clocks_fired", may="")),
    ]
