from django.db import migrations

from jiannuo.kernel import wall


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("support_consent")),
        migrations.RunSQL(*wall.around("support_plan")),
        migrations.RunSQL(*wall.around("support_approval")),
        migrations.RunSQL(*wall.around("support_remotesession")),
        migrations.RunSQL(*wall.around("support_emergency")),
    ]
