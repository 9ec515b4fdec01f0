import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parts", "0003_wall")]
    operations = [
        migrations.AddField(
            "part",
            "fits",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=100), default=list
            ),
        )
    ]
