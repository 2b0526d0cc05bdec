from django.db import migrations

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [
        RowSecurity("AttributeDefinition"),
        RowSecurity("Account"),
        RowSecurity("Customer"),
        RowSecurity("CustomerPermission"),
        RowSecurity("RevenueEntry"),
        RowSecurity("Segment"),
        RowSecurity("Suppression"),
        RowSecurity("ImportJob"),
        RowSecurity("ImportRowError"),
    ]
