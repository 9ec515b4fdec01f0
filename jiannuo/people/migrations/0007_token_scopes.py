import django.contrib.postgres.fields
from django.db import migrations, models

# A key that was made before has no scopes: it may all that its person may, as until now.


class Migration(migrations.Migration):
    dependencies = [("people", "0006_accounts")]
    operations = [
        migrations.AddField(
            model_name="token",
            name="expires_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="token",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), null=True, size=None
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__isnull", True),
                    models.Q(
                        (
                            "scopes__contained_by",
                            [
                                "read",
                                "write",
                                "cases:read",
                                "cases:write",
                                "stock:write",
                                "roster:read",
                                "roster:write",
                            ],
                        ),
                        ("scopes__len__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="people_token_scopes_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at__isnull", True),
                    ("expires_at__gt", models.F("made_at")),
                    _connector="OR",
                ),
                name="people_token_expires_after_it_was_made",
            ),
        ),
    ]
