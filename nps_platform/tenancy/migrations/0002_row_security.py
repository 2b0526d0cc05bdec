from django.db import migrations

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        RowSecurity("Unit"),
        RowSecurity("Team"),
        RowSecurity("TeamMember"),
        RowSecurity("MemberInvitation"),
        RowSecurity("AuditEntry"),
        RowSecurity("IdempotencyRecord"),
    ]
