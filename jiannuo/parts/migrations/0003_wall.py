from django.db import migrations

from jiannuo.kernel import wall

# A loaner is ours, so the wall around units hides it; its borrower sees it while he has it.
LENT = f"""
create policy parts_unit_is_lent on equipment_installedunit for select to {wall.PORTAL} using (
  customer_id is null and exists (
    select from parts_loan loan
    where loan.unit_id = equipment_installedunit.id and upper_inf(loan.period)
      and loan.{wall.MINE}));
"""

GUARD = """
create trigger parts_ledger_is_never_emptied before truncate on parts_stockmove
  for each statement execute function archive_refuse();
create function parts_refuse_level() returns trigger language plpgsql as $$
begin
  raise exception 'only the ledger changes a stock level' using errcode = 'restrict_violation';
end $$;
create trigger parts_level_follows_the_ledger before update or delete on parts_stocklevel
  for each row when (pg_trigger_depth() = 0) execute function parts_refuse_level();
create trigger parts_level_begins_empty before insert on parts_stocklevel
  for each row when (new.on_hand <> 0) execute function parts_refuse_level();
"""


class Migration(migrations.Migration):
    dependencies = [("parts", "0002_ledger"), ("equipment", "0002_wall")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("parts_loan")),
        migrations.RunSQL(*wall.around("parts_replacementorder")),
        migrations.RunSQL(*wall.around("parts_repairorder")),
        # Which case took what at which cost: stock is ours, the customer sees papers and quotes.
        migrations.RunSQL(*wall.closed("parts_stockmove")),
        migrations.RunSQL(LENT, "drop policy parts_unit_is_lent on equipment_installedunit"),
        migrations.RunSQL(
            GUARD,
            "drop trigger parts_ledger_is_never_emptied on parts_stockmove;"
            " drop function parts_refuse_level() cascade",
        ),
    ]
