from typing import Any

from django.db import migrations, models

from nps_platform.tenancy.current import entered


def name_withdrawals(apps: Any, schema_editor: Any) -> None:
    """A withdrawn link was told as a forward with a mark on it."""
    events = apps.get_model("closeloop", "CaseEvent")._base_manager
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with entered(organization):
            events.filter(organization=organization, kind="forward", data__revoked=True).update(kind="withdrawn")


class Migration(migrations.Migration):
    dependencies = [("closeloop", "0005_clocks_of_who_refused")]

    operations = [
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "Opened"),
                    ("assigned", "Assigned"),
                    ("acknowledged", "Acknowledged"),
                    ("note", "Note"),
                    ("reply", "Reply"),
                    ("forward", "Forwarded"),
                    ("withdrawn", "Link withdrawn"),
                    ("guest_answer", "Guest's answer"),
                    ("customer_reply", "Customer's reply"),
                    ("call", "Call"),
                    ("corrected", "Score corrected"),
                    ("after_contact", "Score after contact"),
                    ("resolved", "Resolved"),
                    ("confirmed", "Confirmed"),
                    ("reopened", "Reopened"),
                    ("wish", "Wish about contact"),
                ],
                max_length=14,
            ),
        ),
        migrations.RunPython(name_withdrawals, migrations.RunPython.noop),
    ]
