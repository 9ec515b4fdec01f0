import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import F, Q

# What was set up before ladders: a due moment is its own only rung; its first role stays told.
KEPT = """
update clocks_trigger set sweep_at = fire_at, tell = array[to_role],
  stage = case when code like 'due:%' then 'due' else '' end,
  done = case when state = 'fired' then array[case when code like 'due:%' then 'due' else '' end]
    else array[]::varchar[] end;
update clocks_fired f set fire_at = least(moment, fired_at),
  stage = case when code like 'due:%' then 'due' else '' end;
"""
KEY = """
alter table clocks_fired drop constraint clocks_fired_pkey;
alter table clocks_fired add constraint clocks_fired_pkey
  primary key (trigger_id, generation, stage);
"""
KEY_BEFORE = """
alter table clocks_fired drop constraint clocks_fired_pkey;
delete from clocks_fired where stage not in ('', 'due');
alter table clocks_fired add constraint clocks_fired_pkey primary key (trigger_id, generation);
"""

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
words = models.CharField(max_length=40)


class Migration(migrations.Migration):
    dependencies = [("clocks", "0002_wall")]
    operations = [
        migrations.CreateModel(
            name="Beat",
            fields=[
                ("id", ID),
                ("loop", models.CharField(max_length=20)),
                ("worker", models.CharField(max_length=60)),
                ("began_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField()),
                ("rounds", models.BigIntegerField(default=0)),
                ("trouble", models.CharField(default="", max_length=200)),
            ],
        ),
        migrations.AddConstraint(
            "beat",
            models.UniqueConstraint(fields=["loop", "worker"], name="clocks_beat_is_one_a_loop"),
        ),
        migrations.CreateModel(
            name="Jump",
            fields=[
                ("id", ID),
                ("noticed_at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("hold_until", models.DateTimeField()),
                ("worker", models.CharField(max_length=60)),
            ],
        ),
        migrations.AddField("trigger", "urgency", models.SmallIntegerField(default=3)),
        migrations.AddField("trigger", "drill", models.BooleanField(default=False)),
        migrations.AddField("trigger", "stage", models.CharField(default="", max_length=12)),
        migrations.AddField("trigger", "sweep_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "trigger", "tell", django.contrib.postgres.fields.ArrayField(words, default=list)
        ),
        migrations.AddField(
            "trigger",
            "by",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=20), default=list
            ),
        ),
        migrations.AddField("trigger", "ack", models.BooleanField(default=False)),
        migrations.AddField("trigger", "rest", models.JSONField(default=list)),
        migrations.AddField("trigger", "rests_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "trigger",
            "done",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=12), default=list
            ),
        ),
        migrations.AddField("fired", "stage", models.CharField(default="", max_length=12)),
        migrations.AddField("fired", "drill", models.BooleanField(default=False)),
        migrations.AddField("fired", "fire_at", models.DateTimeField(null=True)),
        migrations.AddField("fired", "outcome", models.CharField(default="told", max_length=8)),
        migrations.AddField("fired", "doubt", models.BooleanField(default=False)),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.AlterField("trigger", "sweep_at", models.DateTimeField()),
        migrations.AlterField("trigger", "tell", django.contrib.postgres.fields.ArrayField(words)),
        migrations.AlterField("fired", "fire_at", models.DateTimeField()),
        migrations.RemoveField("trigger", "to_role"),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(KEY, KEY_BEFORE)],
            [
                migrations.AlterField(
                    "fired",
                    "pk",
                    models.CompositePrimaryKey(
                        "trigger_id",
                        "generation",
                        "stage",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                )
            ],
        ),
        migrations.RemoveIndex("trigger", "clocks_trigger_armed"),
        migrations.AddIndex(
            "trigger",
            models.Index(
                condition=Q(state="armed"), fields=["sweep_at", "id"], name="clocks_trigger_armed"
            ),
        ),
        migrations.AddConstraint(
            "trigger",
            models.CheckConstraint(
                condition=Q(sweep_at__gte=F("fire_at")),
                name="clocks_trigger_is_not_swept_before_its_moment",
            ),
        ),
        migrations.AddConstraint(
            "fired",
            models.CheckConstraint(
                condition=Q(fired_at__gte=F("fire_at")), name="clocks_fired_is_never_early"
            ),
        ),
        migrations.AddConstraint(
            "fired",
            models.CheckConstraint(
                condition=Q(outcome__in=["told", "late"]), name="clocks_fired_outcome_is_known"
            ),
        ),
    ]
