from django.db import migrations, models

import jiannuo.kernel.ids
from jiannuo.kernel import wall


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0005_wall"),
    ]

    operations = [
        migrations.CreateModel(
            name="File",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=jiannuo.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=60)),
                ("size", models.BigIntegerField()),
                ("subject_kind", models.CharField(max_length=20)),
                ("subject", models.UUIDField()),
                ("customer_id", models.UUIDField(null=True)),
                ("kept_at", models.DateTimeField()),
                ("kept_by", models.CharField(max_length=100)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "sha256", "name"), name="archive_file_is_kept_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(*wall.around("archive_file")),
    ]
