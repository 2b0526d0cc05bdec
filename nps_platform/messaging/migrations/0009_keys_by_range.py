from django.db import migrations

from nps_platform.tenancy.keys import KeysByStatement


class Migration(migrations.Migration):
    dependencies = [("messaging", "0008_ascending_ids")]

    operations = [KeysByStatement("Message", many=("customer",))]
