import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_handover")]
    operations = [
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("about", models.CharField(db_index=True, max_length=60)),
                ("writing", models.BooleanField()),
                ("seen_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.staff",
                    ),
                ),
            ],
        ),
        # Written every few seconds and worth nothing after a crash.
        migrations.RunSQL(
            "alter table people_presence set unlogged", "alter table people_presence set logged"
        ),
    ]
