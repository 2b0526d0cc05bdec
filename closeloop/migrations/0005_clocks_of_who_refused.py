from typing import Any

from django.db import migrations

from nps_platform.tenancy.current import entered


def stop_clocks(apps: Any, schema_editor: Any) -> None:
    """Cases of customers who had refused contact, and got none, lose the time that nobody owed them."""
    cases = apps.get_model("closeloop", "Case")._base_manager
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with entered(organization):
            refused = cases.filter(organization=organization, attempted_at=None, response__wants_contact=False)
            refused.update(refuses_contact=True, due_at=None, answer_due_at=None)


class Migration(migrations.Migration):
    dependencies = [("closeloop", "0004_contact_refused")]

    operations = [migrations.RunPython(stop_clocks, migrations.RunPython.noop)]
