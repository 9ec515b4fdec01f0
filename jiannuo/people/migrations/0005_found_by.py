from django.db import migrations, models

from jiannuo.kernel.pinyin import findable


def fill(apps, schema_editor):
    for row in apps.get_model("people", "Staff").objects.filter(found_by=""):
        row.found_by = findable([row.name], [row.phone], [row.email])
        row.save(update_fields=["found_by"])


class Migration(migrations.Migration):
    # No index: a house has hundreds of people, not hundreds of thousands.
    dependencies = [("people", "0004_covering"), ("archive", "0008_passage")]
    operations = [
        migrations.AddField(
            model_name="staff",
            name="found_by",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
