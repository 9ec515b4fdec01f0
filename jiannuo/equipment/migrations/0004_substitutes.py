from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("equipment", "0003_unit_known_at")]
    operations = [
        migrations.AddField("productmodel", "discontinued_on", models.DateField(null=True)),
        migrations.AddField("productmodel", "equivalents", models.JSONField(default=list)),
    ]
