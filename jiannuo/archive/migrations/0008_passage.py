import django.db.models.deletion
from django.db import migrations, models

from jiannuo.kernel import grams, wall

# The portal finds its customer's own texts, and of those only what was meant for him.
ONLY_OPEN = """
create policy archive_passage_is_open on archive_passage as restrictive
  for select to jiannuo_portal using (open)
"""

# What is here already is read by the worker, beside the work that goes on: a million events
# would hold up the start for half an hour.
UNREAD = """
insert into archive_unread (id, below, top)
select 1, max(id) + 1, max(id) from archive_event having max(id) is not null
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0007_hand")]
    operations = [
        migrations.RunSQL(grams.FUNCTION, grams.DROP),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="passage",
                        serialize=False,
                        to="archive.event",
                    ),
                ),
                ("customer_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("open", models.BooleanField()),
                ("folded", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-at", "-event"], name="archive_passage_newest"),
                    models.Index(
                        fields=["customer_id", "-at", "-event"], name="archive_passage_of_customer"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("folded", ""), _negated=True),
                        name="archive_passage_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Unread",
            fields=[
                ("id", models.IntegerField(default=1, primary_key=True, serialize=False)),
                ("below", models.BigIntegerField()),
                ("top", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="archive_unread_is_one"
                    )
                ],
            },
        ),
        migrations.RunSQL(*grams.index("archive_passage_grams", "archive_passage", "folded")),
        migrations.RunSQL(*wall.around("archive_passage", may="select, insert")),
        migrations.RunSQL(ONLY_OPEN, "drop policy archive_passage_is_open on archive_passage"),
        migrations.RunSQL(UNREAD, migrations.RunSQL.noop),
    ]
