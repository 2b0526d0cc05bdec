"""A person's cases, as far as they may read them: what was written between us, not what colleagues wrote to each other."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from closeloop.models import Case, CaseEvent, DataRequest
from nps_platform.customers.held import Part, Person, register_holder
from responses.held import theirs
from responses.models import Response

_BETWEEN_US = (CaseEvent.Kind.REPLY, CaseEvent.Kind.TOLD, CaseEvent.Kind.CUSTOMER_REPLY)


def register() -> None:
    """Called when the room is ready."""
    register_holder(cases_of)


def cases_of(person: Person) -> Iterator[Part]:
    answers = Response.objects.filter(theirs(person)).values("pk")
    own = Q(customer=person.customer) if person.customer else Q(pk__in=[])
    cases = Case.objects.filter(own | Q(response__in=answers)).order_by("number")
    columns = {"number": _("Case"), "state": _("State"), "opened_at": _("Opened"), "resolved_at": _("Resolved")}
    rows = [
        {
            "number": case.number,
            "state": str(case.get_state_display()),
            "opened_at": case.opened_at,
            "resolved_at": case.resolved_at,
        }
        for case in cases
    ]
    yield Part("cases", _("Cases"), columns, rows)
    events = CaseEvent.objects.filter(case__in=cases, kind__in=_BETWEEN_US).exclude(text="").select_related("case")
    columns = {"case": _("Case"), "by": _("Written by"), "text": _("Text"), "at": _("When")}
    rows = [
        {"case": event.case.number, "by": _written_by(event), "text": event.text, "at": event.at}
        for event in events.order_by("at", "pk")
    ]
    yield Part("conversation", _("What was written"), columns, rows)
    asked = DataRequest.objects.filter(response__in=answers).order_by("pk")
    columns = {"kind": _("What"), "at": _("When")}
    requests = [{"kind": str(one.get_kind_display()), "at": one.asked_at} for one in asked]
    yield Part("requests", _("Requests about the data"), columns, requests)


def _written_by(event: CaseEvent) -> str:
    return _("The customer") if event.kind == CaseEvent.Kind.CUSTOMER_REPLY else _("The company")
