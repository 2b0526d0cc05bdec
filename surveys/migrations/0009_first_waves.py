from datetime import timedelta
from typing import Any

from django.db import migrations

from nps_platform.tenancy.current import entered

STATES = {"planning": "planning", "running": "running", "paused": "running", "closed": "closed"}


def make_first_waves(apps: Any, schema_editor: Any) -> None:
    """Every programme that was launched asked once: that becomes its first wave. Its reminder becomes a list of one."""
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with entered(organization):
            for programme in apps.get_model("surveys", "Programme").objects.filter(organization=organization):
                _make_first_wave(apps, programme)


def _make_first_wave(apps: Any, programme: Any) -> None:
    if programme.reminder_days:
        programme.reminders = [programme.reminder_days]
    counts = {name: value for name, value in programme.counts.items() if name != "complete"}
    if programme.launched_at:
        planned = programme.counts.get("complete") or programme.state in ("running", "closed")
        wave = apps.get_model("surveys", "Wave").objects.create(
            organization_id=programme.organization_id,
            programme=programme,
            number=1,
            state=STATES[programme.state] if planned or programme.state == "closed" else "planning",
            starts_at=programme.launched_at,
            closes_at=programme.closes_at or programme.launched_at + timedelta(days=programme.open_days),
            planned_at=programme.launched_at if planned else None,
            closed_at=programme.closed_at,
            planned_up_to=programme.planned_up_to,
            counts=counts if planned else {},
        )
        invitations = apps.get_model("surveys", "Invitation").objects.filter(programme=programme)
        invitations.update(wave=wave)
        invitations.filter(reminded_at__isnull=False).update(reminders_sent=1)
    programme.counts = counts
    programme.save(update_fields=["reminders", "counts"])


class Migration(migrations.Migration):
    dependencies = [("surveys", "0008_why_it_paused")]

    operations = [migrations.RunPython(make_first_waves, migrations.RunPython.noop)]
