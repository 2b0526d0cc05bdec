from django.db import migrations

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("responses", "0001_initial")]

    operations = [
        RowSecurity("Response"),
        RowSecurity("ScoreChange"),
    ]
