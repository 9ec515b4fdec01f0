from django.db import migrations

from jiannuo.kernel import wall

# Whoever changes what is counted puts its subject into the queue, whatever he may touch himself.
# By the statement and not by the row: an import of a history queues each case once a statement.
QUEUE = """
create function oversight_queue_changed() returns trigger language plpgsql security definer as $$
begin
  insert into oversight_stale (subject_kind, subject)
    select distinct subject_kind, subject from changed;
  return null;
end $$;
create function oversight_queue_case() returns trigger language plpgsql security definer as $$
begin
  insert into oversight_stale (subject_kind, subject) select 'case', id from changed;
  return null;
end $$;
create function oversight_queue_site() returns trigger language plpgsql security definer as $$
begin
  insert into oversight_stale (subject_kind, subject)
    select 'case', c.id from cases_case c where c.site_id = new.id;
  return null;
end $$;
do $$ begin
  execute format(
    'alter function oversight_queue_changed() set search_path = %I, pg_temp', current_schema);
  execute format(
    'alter function oversight_queue_case() set search_path = %I, pg_temp', current_schema);
  execute format(
    'alter function oversight_queue_site() set search_path = %I, pg_temp', current_schema);
end $$;
create trigger archive_event_is_counted after insert on archive_event
  referencing new table as changed for each statement execute function oversight_queue_changed();
create trigger clocks_clock_is_counted after insert on clocks_clock
  referencing new table as changed for each statement execute function oversight_queue_changed();
create trigger clocks_clock_is_counted_anew after update on clocks_clock
  referencing new table as changed for each statement execute function oversight_queue_changed();
create trigger clocks_clock_is_counted_no_more after delete on clocks_clock
  referencing old table as changed for each statement execute function oversight_queue_changed();
create trigger cases_case_is_counted_anew after update on cases_case
  referencing new table as changed for each statement execute function oversight_queue_case();
create trigger customers_site_is_counted_anew
  after update of office_id, office_found_id on customers_site for each row
  when (new.office_id is distinct from old.office_id
    or new.office_found_id is distinct from old.office_found_id)
  execute function oversight_queue_site();
insert into oversight_stale (subject_kind, subject) select 'case', id from cases_case order by id;
insert into oversight_stale (subject_kind, subject)
  select distinct subject_kind, subject from clocks_clock where subject_kind <> 'case';
"""

UNDO = """
drop function oversight_queue_changed() cascade;
drop function oversight_queue_case() cascade;
drop function oversight_queue_site() cascade;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_initial"),
        ("archive", "0007_hand"),
        ("clocks", "0007_to_follow"),
        ("cases", "0004_assignee"),
        ("customers", "0005_contact_email"),
        ("visits", "0002_wall"),
        ("parts", "0005_reservations"),
    ]
    operations = [
        migrations.RunSQL(QUEUE, UNDO),
        migrations.RunSQL(*wall.around("oversight_casefact", may="")),
        migrations.RunSQL(*wall.around("oversight_promisefact", may="")),
    ]
