"""What wave tests start from: customers, a published survey, a launched programme whose work is done here and now."""

from __future__ import annotations

from typing import Any

from nps_platform.customers.models import Customer
from nps_platform.lib.phones import dialled_number, mobile_number
from nps_platform.messaging.sending import send_batch
from surveys.actions import create_programme, create_survey, launch, publish_survey
from surveys.actions.waves import plan_next_batch
from surveys.models import Programme, Survey


def customer(number: int | str, **fields: Any) -> Customer:
    defaults = {"name": f"Mercedes Aliaga {number}", "email": f"c{number}@mail.example", "language": "es"}
    if "phone" in fields:
        defaults |= {"dialled": dialled_number(fields["phone"], "ES"), "mobile": mobile_number(fields["phone"], "ES")}
    return Customer.objects.create(external_id=f"C-{number}", **(defaults | fields))


def published(*, kind: str = "relational", languages: tuple[str, ...] = ("es", "en", "it"), **fields: Any) -> Survey:
    survey = create_survey(kind=kind, name="Relacional", languages=languages, by=None, **fields)
    return publish_survey(survey, by=None)


def draft_wave(survey: Survey | None = None, **fields: Any) -> Programme:
    defaults: dict[str, Any] = {
        "name": "Oleada 1",
        "audience": None,
        "quarantine_days": None,
        "open_days": 21,
    }
    return create_programme(survey=survey or published(), by=None, **(defaults | fields))


def planned(programme: Programme) -> Programme:
    """Launched, and the planning task's work done."""
    launch(programme, by=None)
    while plan_next_batch(programme.pk):
        pass
    programme.refresh_from_db()
    return programme


def launched(survey: Survey | None = None, **fields: Any) -> Programme:
    """Launched and whatever is due planned: a programme of any mode."""
    return planned(draft_wave(survey, **fields))


def wave(survey: Survey | None = None, **fields: Any) -> Programme:
    return planned(draft_wave(survey, **fields))


def send_everything() -> None:
    """What the sending tasks would do, until nothing is due."""
    while send_batch():
        pass
