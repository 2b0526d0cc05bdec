from django.db import migrations

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("closeloop", "0001_initial")]

    operations = [
        RowSecurity("AlertRule"),
        RowSecurity("RootCause"),
        RowSecurity("Case"),
        RowSecurity("CaseEvent"),
        RowSecurity("CannedReply"),
        RowSecurity("Forward"),
    ]
