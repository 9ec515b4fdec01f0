from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0007_inbox")]
    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="address",
            field=models.CharField(default="", max_length=254),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="reserve",
            field=ArrayField(models.CharField(max_length=280), default=list),
        ),
    ]
