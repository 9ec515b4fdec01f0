from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("equipment", "0002_wall")]
    operations = [migrations.AddField("installedunit", "known_at", models.DateTimeField(null=True))]
