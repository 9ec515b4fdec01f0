from django.db import migrations

from jiannuo.kernel import wall

# Who came is no secret from the customer; phones, skills, rosters and absences are.


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.open_to_portal("people_office")),
        migrations.RunSQL(*wall.open_to_portal("people_staff", "id", "name")),
    ]
