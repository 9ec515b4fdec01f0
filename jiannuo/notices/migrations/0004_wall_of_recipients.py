from django.db import migrations

from jiannuo.kernel import wall

# Whom of ours or theirs a notice went to is our business, like the notice itself.
MINE = f"notice_id in (select n.id from notices_notice n where n.{wall.MINE})"


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_delivery_and_acknowledgement")]
    operations = [migrations.RunSQL(*wall.around("notices_recipient", MINE, may=""))]
