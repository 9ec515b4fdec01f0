from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0004_wall_of_recipients"),
    ]

    operations = [
        migrations.CreateModel(
            name="Guess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(max_length=45)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["origin", "at"], name="notices_guess_of_origin")],
            },
        ),
    ]
