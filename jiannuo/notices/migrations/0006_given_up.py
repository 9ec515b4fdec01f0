from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_guesses")]
    operations = [
        migrations.AddIndex(
            "delivery",
            models.Index(
                fields=["posted_at"], name="notices_delivery_given_up", condition=Q(state="failed")
            ),
        ),
    ]
