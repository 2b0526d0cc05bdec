"""Remedies across cases: what waits for approval, and what was given."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from closeloop import actions
from closeloop.models import Grant
from closeloop.promise_forms import DecisionForm
from closeloop.refusals import CaseRefused
from closeloop.remedies import remedies_cost
from nps_platform.lib.csvio import write_csv
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

SHOWN = 100


def _rows():
    return Grant.objects.select_related(
        "remedy", "asked_by__user", "decided_by__user", "case__customer", "case__account", "case__response__collector"
    )


@organization_view(Right.SETTINGS)
def remedy_grants(request: OrganizationRequest) -> HttpResponse:
    """What waits first, then the newest; with what this month cost so far."""
    today = timezone.localdate()
    context = {
        "waiting": _rows().filter(state=Grant.State.ASKED),
        "others": _rows().exclude(state=Grant.State.ASKED).order_by("-decided_at", "-id")[:SHOWN],
        "month": remedies_cost(today.replace(day=1), today),
        "here": "remedies",
    }
    return render(request, "closeloop/remedy_grants.html", context)


@organization_view(Right.SETTINGS, methods=("POST",))
def remedy_decide(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Approve or decline."""
    grant: Grant = get_object_or_404(Grant.objects, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say whether it is approved or declined."))
        return redirect("remedy_grants", request.organization.slug)
    try:
        actions.decide_grant(grant, **form.cleaned_data, by=request.membership)
    except CaseRefused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Approved.") if form.cleaned_data["approve"] else _("Declined."))
    return redirect("remedy_grants", request.organization.slug)


@organization_view(Right.SETTINGS)
def remedy_grants_csv(request: OrganizationRequest) -> HttpResponse:
    """Every remedy asked for or granted, a line each."""
    head = ("case", "remedy", "type", "cost", "currency", "state", "asked_by", "asked_at", "decided_by", "decided_at", "note")  # fmt: skip
    lines = [
        (
            grant.case.number, grant.remedy.name, grant.remedy.kind, grant.cost, grant.currency, grant.state, grant.asked_by or "",
            grant.asked_at.isoformat(), grant.decided_by or "", grant.decided_at.isoformat() if grant.decided_at else "", grant.note,
        )
        for grant in _rows()
    ]  # fmt: skip
    response = HttpResponse(b"".join(write_csv([head, *lines])), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="remedies.csv"'
    return response
