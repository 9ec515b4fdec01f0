import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_token"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Override",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("desk", models.CharField(max_length=40)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.TextField(default="")),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="Swap",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("desk", models.CharField(max_length=40)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("back_desk", models.CharField(max_length=40)),
                ("back_starts_at", models.DateTimeField()),
                ("back_ends_at", models.DateTimeField()),
                ("reason", models.TextField(default="")),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=100)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("accepted_by", models.CharField(default="", max_length=100)),
            ],
        ),
        migrations.AddField(
            model_name="roster",
            name="office",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.office",
            ),
        ),
        migrations.AddField(
            model_name="staff",
            name="email",
            field=models.EmailField(default="", max_length=254),
        ),
        migrations.AddField(
            model_name="staff",
            name="language",
            field=models.CharField(default="zh", max_length=2),
        ),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["zh", "en"])),
                name="people_staff_language_is_known",
            ),
        ),
        migrations.AddField(
            model_name="override",
            name="instead_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.staff",
            ),
        ),
        migrations.AddField(
            model_name="override",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="override",
            name="roster",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="overrides",
                to="people.roster",
            ),
        ),
        migrations.AddField(
            model_name="swap",
            name="back_roster",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.roster"
            ),
        ),
        migrations.AddField(
            model_name="swap",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="swap",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="swap",
            name="roster",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.roster"
            ),
        ),
        migrations.AddField(
            model_name="override",
            name="swap",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="overrides",
                to="people.swap",
            ),
        ),
        migrations.AddConstraint(
            model_name="swap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gt", models.F("starts_at")),
                    ("back_ends_at__gt", models.F("back_starts_at")),
                ),
                name="people_swap_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="swap",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("other")), _negated=True),
                name="people_swap_is_between_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="swap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at__isnull", True),
                    models.Q(("accepted_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="people_swap_is_accepted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="people_override_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("instead_of__isnull", True),
                    models.Q(("person", models.F("instead_of")), _negated=True),
                    _connector="OR",
                ),
                name="people_override_is_by_another",
            ),
        ),
    ]
