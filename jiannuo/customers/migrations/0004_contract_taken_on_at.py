from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_wall")]
    operations = [
        migrations.AddField(
            model_name="contract",
            name="taken_on_at",
            field=models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        )
    ]
