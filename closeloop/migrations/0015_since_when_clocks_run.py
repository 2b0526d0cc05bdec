from typing import Any

from django.db import migrations

from nps_platform.tenancy.current import entered

THEIR_WORDS = ("customer_reply", "call", "reopened")


def tell_when(apps: Any, schema_editor: Any) -> None:
    """Open cases learn since when an answer is owed, and when the resolution clock ran: until our word, as far as is known."""
    cases = apps.get_model("closeloop", "Case")._base_manager
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with entered(organization):
            open_cases = cases.filter(organization=organization, is_open=True).select_related("response")
            for case in open_cases.iterator(chunk_size=500):
                _tell_when(case, apps.get_model("closeloop", "CaseEvent")._base_manager)


def _tell_when(case: Any, events: Any) -> None:
    stopped = case.attempted_at if case.is_waiting else None
    case.resolution_ran = [[case.response.answered_at.isoformat(), stopped.isoformat() if stopped else None]]
    if case.answer_due_at:
        words = events.filter(organization=case.organization, case=case, kind__in=THEIR_WORDS)
        case.answer_since = words.order_by("-at").values_list("at", flat=True).first()
    case.save(update_fields=["resolution_ran", "answer_since"])


class Migration(migrations.Migration):
    dependencies = [("closeloop", "0014_case_policies")]

    operations = [migrations.RunPython(tell_when, migrations.RunPython.noop)]
