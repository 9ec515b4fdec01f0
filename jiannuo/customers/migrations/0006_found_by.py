from django.db import migrations, models

from jiannuo.kernel import grams
from jiannuo.kernel.pinyin import findable

FOUND_BY = {
    "Customer": lambda row: findable([row.name], row.phones),
    "Site": lambda row: findable([row.name], others=[row.code]),
    "Contact": lambda row: findable([row.name], [row.phone], [row.email, row.title]),
}

# A number with its hyphens and without.
NUMBER = "lower(number || chr(10) || replace(number, '-', ''))"


def fill(apps, schema_editor):
    for name, found_by in FOUND_BY.items():
        rows, batch = apps.get_model("customers", name).objects, []
        for row in rows.filter(found_by="").iterator(chunk_size=1000):
            row.found_by = found_by(row)
            batch.append(row)
            if len(batch) == 1000:
                rows.bulk_update(batch, ["found_by"])
                batch = []
        rows.bulk_update(batch, ["found_by"])


def column(name):
    field = models.TextField(db_default="", default="")
    return migrations.AddField(model_name=name, name="found_by", field=field)


def indexed(name):
    table = f"customers_{name}"
    return migrations.RunSQL(*grams.index(f"{table}_grams", table, "found_by"))


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_contact_email"), ("archive", "0008_passage")]
    operations = [
        column("customer"),
        column("site"),
        column("contact"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        indexed("customer"),
        indexed("site"),
        indexed("contact"),
        migrations.RunSQL(*grams.index("customers_contract_grams", "customers_contract", NUMBER)),
    ]
