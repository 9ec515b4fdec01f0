from django.db import migrations

from jiannuo.kernel import wall


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_immutable_profiles")]
    operations = [
        migrations.RunSQL(wall.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(*wall.around("customers_customer", f"id = {wall.CUSTOMER}")),
        migrations.RunSQL(*wall.around("customers_site")),
        migrations.RunSQL(*wall.around("customers_contact")),
        migrations.RunSQL(*wall.around("customers_contract")),
        migrations.RunSQL(*wall.under("customers_acceptance", "customers_contract", "contract_id")),
        migrations.RunSQL(
            *wall.under("customers_contractline", "customers_contract", "contract_id")
        ),
        migrations.RunSQL(*wall.under("customers_priceline", "customers_contract", "contract_id")),
        migrations.RunSQL(
            *wall.under("customers_maintenancecontract", "customers_contract", "contract_id")
        ),
        migrations.RunSQL(*wall.open_to_portal("customers_serviceprofile")),
    ]
