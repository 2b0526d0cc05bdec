from django.db import migrations

from nps_platform.tenancy.keys import KeysByStatement


class Migration(migrations.Migration):
    dependencies = [("surveys", "0019_ascending_ids")]

    operations = [KeysByStatement("Invitation", many=("customer",))]
