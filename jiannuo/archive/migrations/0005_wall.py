from django.db import migrations

from jiannuo.kernel import wall

# The portal adds what its customer did, with the audit row; the audit itself is ours to read.


class Migration(migrations.Migration):
    dependencies = [("archive", "0004_unsealed")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("archive_event", may="select, insert")),
        migrations.RunSQL(*wall.around("archive_call")),
        migrations.RunSQL(*wall.around("archive_auditrow", may="insert")),
        migrations.RunSQL(*wall.closed("archive_auditlink")),
    ]
