from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_contract_taken_on_at")]
    operations = [
        migrations.AddField(
            model_name="contact",
            name="email",
            field=models.EmailField(db_default="", default="", max_length=254),
        ),
    ]
