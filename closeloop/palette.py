"""Cases and the inbox's views in the palette."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from closeloop.list_forms import VIEW_NAMES
from closeloop.models import Case
from closeloop.searching import number_in, oldest_read
from nps_platform.lib.folding import found_in
from nps_platform.tenancy.access import OrganizationRequest
from nps_platform.tenancy.palette import Goal
from nps_platform.tenancy.roles import Right

SHOWN = 8


def inbox_views(request: OrganizationRequest) -> Iterator[Goal]:
    """The inbox's own views."""
    if request.membership.may(Right.CASES):
        inbox = reverse("inbox", args=[request.organization.slug])
        for view, name in VIEW_NAMES:
            yield Goal(_("Inbox"), str(name), f"{inbox}?view={view}")


def cases_found(request: OrganizationRequest, words: str) -> Iterator[Goal]:
    """By number, or by what the customer, company or visitor is called; open ones first."""
    if not request.membership.may(Right.CASES):
        return
    named = Q(pk__gte=oldest_read()) & (
        found_in("customer__folded", words)
        | found_in("account__folded", words)
        | found_in("response__visitor_folded", words)
    )
    number = number_in(words)
    found = Case.objects.filter(named | Q(number=number) if number else named).with_people()
    for case in found.order_by("-is_open", "-id")[:SHOWN]:
        note = f"#{case.number} · {case.get_nps_class_display()} · {case.get_state_display()}"
        yield Goal(_("Cases"), case.who, reverse("case", args=[request.organization.slug, case.number]), note)
