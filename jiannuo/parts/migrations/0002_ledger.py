from django.db import migrations

# The ledger applies itself: a row added is a level moved; a level below zero refuses the row.
# Levels are locked row by row in the order the rows are added: callers sort their lines.
LEDGER = """
create function parts_apply_move() returns trigger language plpgsql as $$
begin
  insert into parts_stocklevel (part_id, location, condition, on_hand)
    values (new.part_id, new.location, new.condition, 0)
    on conflict (part_id, location, condition) do nothing;
  update parts_stocklevel set on_hand = on_hand + new.qty
    where part_id = new.part_id and location = new.location and condition = new.condition;
  return new;
end $$;
create trigger parts_move_applies after insert on parts_stockmove
  for each row execute function parts_apply_move();
create trigger parts_ledger_is_append_only before update or delete on parts_stockmove
  for each row execute function archive_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("parts", "0001_initial"), ("archive", "0003_append_only")]
    operations = [
        migrations.RunSQL(LEDGER, "drop function parts_apply_move() cascade"),
    ]
