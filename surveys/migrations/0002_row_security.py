from django.db import migrations

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        RowSecurity("Stage"),
        RowSecurity("Touchpoint"),
        RowSecurity("Survey"),
        RowSecurity("Question"),
        RowSecurity("ThankYou"),
        RowSecurity("Programme"),
        RowSecurity("Invitation"),
    ]
