from django.db import migrations

TABLES = ("archive_event", "archive_call", "archive_auditrow", "archive_auditlink")

REFUSE = """
create function archive_refuse() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
"""


def guard(table: str) -> str:
    return f"""
create trigger {table}_is_append_only before update or delete on {table}
  for each row execute function archive_refuse();
create trigger {table}_is_never_emptied before truncate on {table}
  for each statement execute function archive_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0002_initial")]
    operations = [
        migrations.RunSQL(
            REFUSE + "".join(guard(t) for t in TABLES),
            "drop function archive_refuse() cascade",
        ),
    ]
