from django.db import migrations

from jiannuo.kernel import wall

# Deviations are our own account of what we let pass; the customer sees the event's reason.


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_numbers")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("cases_case")),
        migrations.RunSQL(*wall.around("cases_casedevice")),
        migrations.RunSQL(*wall.around("cases_deviation", may="")),
        migrations.RunSQL(*wall.around("cases_claim")),
        migrations.RunSQL(*wall.around("cases_complaint")),
    ]
