from django.db import migrations

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [
        RowSecurity("Message"),
    ]
