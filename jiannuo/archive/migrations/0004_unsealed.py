from django.db import migrations, models

# Whoever adds an audit row puts it into the queue, whatever he may or may not touch himself.
QUEUE = """
create function archive_await_seal() returns trigger language plpgsql
  security definer as $$
begin
  insert into archive_unsealed (row_id) values (new.id);
  return null;
end $$;
do $$ begin
  execute format(
    'alter function archive_await_seal() set search_path = %I, pg_temp', current_schema);
end $$;
create trigger archive_auditrow_awaits_seal after insert on archive_auditrow
  for each row execute function archive_await_seal();
insert into archive_unsealed (row_id)
  select id from archive_auditrow where id not in (select row_id from archive_auditlink);
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0003_append_only")]
    operations = [
        migrations.CreateModel(
            name="Unsealed",
            fields=[
                ("row_id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.RunSQL(QUEUE, "drop function archive_await_seal() cascade"),
    ]
