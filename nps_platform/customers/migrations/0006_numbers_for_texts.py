from typing import Any

from django.db import migrations, models

from nps_platform.lib.phones import mobile_number
from nps_platform.tenancy.current import entered

AT_ONCE = 1000


def read_numbers(apps: Any, schema_editor: Any) -> None:
    """The numbers that were written down so far."""
    customers = apps.get_model("customers", "Customer").objects
    units = apps.get_model("tenancy", "Unit").objects
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with entered(organization):
            countries = dict(units.filter(organization=organization).values_list("pk", "country"))
            waiting = customers.filter(organization=organization).exclude(phone="").order_by("pk")
            last = 0
            while some := list(waiting.filter(pk__gt=last).only("pk", "phone", "country", "unit_id")[:AT_ONCE]):
                last = some[-1].pk
                for one in some:
                    country = one.country or countries.get(one.unit_id, "") or organization.country
                    one.mobile = mobile_number(one.phone, country)
                customers.bulk_update([one for one in some if one.mobile], ["mobile"])


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_folded_texts"), ("tenancy", "0005_address_vos")]

    operations = [
        migrations.AddField(
            "customer",
            "mobile",
            models.CharField(max_length=16, blank=True, default="", db_default="", editable=False),
        ),
        migrations.RunPython(read_numbers, migrations.RunPython.noop),
    ]
