from django.db import migrations

GUARD = """
create trigger customers_profile_is_immutable before update or delete
  on customers_serviceprofile for each row execute function archive_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("archive", "0003_append_only")]
    operations = [
        migrations.RunSQL(
            GUARD, "drop trigger customers_profile_is_immutable on customers_serviceprofile"
        )
    ]
