from django.db import migrations

from jiannuo.kernel import grams

# A number with its hyphens and without.
NUMBER = "lower(number || chr(10) || replace(number, '-', ''))"


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_assignee"), ("archive", "0008_passage")]
    operations = [migrations.RunSQL(*grams.index("cases_case_grams", "cases_case", NUMBER))]
