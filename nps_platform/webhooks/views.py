"""Settings: which programs are told, and the log of what they answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.templatetags.circulo import number
from nps_platform.webhooks import actions, log
from nps_platform.webhooks.forms import EndpointForm, SinceForm
from nps_platform.webhooks.kinds import words_of
from nps_platform.webhooks.models import Delivery, Endpoint

FORM, ONLY_POST = ("GET", "HEAD", "POST"), ("POST",)
UNPROCESSABLE = 422
HERE = {"here": "webhooks"}


@organization_view(Right.HOOKS)
def webhooks(request: OrganizationRequest) -> HttpResponse:
    rows = [(endpoint, log.counts(endpoint)) for endpoint in Endpoint.objects.all()]
    full = len(rows) >= actions.MOST_ENDPOINTS
    return render(request, "webhooks/list.html", HERE | {"rows": rows, "full": full, "most": actions.MOST_ENDPOINTS})


@organization_view(Right.HOOKS, methods=FORM)
def webhook_new(request: OrganizationRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = actions.add_endpoint(**form.cleaned_data, by=request.membership)
        except actions.TooMany:
            form.add_error(None, _("There are as many webhooks as there may be. Delete one that is no longer needed."))
        else:
            return _log(request, endpoint, secret=secret)
    return _form(request, form)


@organization_view(Right.HOOKS, methods=FORM)
def webhook_edit(request: OrganizationRequest, pk: int) -> HttpResponse:
    endpoint = _endpoint(pk)
    form = EndpointForm(request.POST or None, instance=_endpoint(pk))
    if request.method == "POST" and form.is_valid():
        actions.change_endpoint(endpoint, **form.cleaned_data, by=request.membership)
        messages.success(request, _("The webhook is saved."))
        return redirect("webhook", request.organization.slug, pk)
    return _form(request, form, endpoint)


def _endpoint(pk: int) -> Endpoint:
    return get_object_or_404(Endpoint.objects, pk=pk)


def _form(request: OrganizationRequest, form: EndpointForm, endpoint: Endpoint | None = None) -> HttpResponse:
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "webhooks/form.html", HERE | {"form": form, "endpoint": endpoint}, status=status)


@organization_view(Right.HOOKS)
def webhook(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One endpoint: how it stands, and its log."""
    return _log(request, _endpoint(pk))


def _log(
    request: OrganizationRequest, endpoint: Endpoint, *, secret: str = "", form: SinceForm | None = None
) -> HttpResponse:
    filters = log.Filters.read(request.GET)
    rows, before = log.page_of(endpoint, filters)
    counts, here = log.counts(endpoint), reverse("webhook", args=[request.organization.slug, endpoint.pk])
    a_day_ago = timezone.localtime() - timedelta(days=1)
    context: dict[str, Any] = {
        "endpoint": endpoint,
        "secret": secret,
        "names": [(name, words_of(name)) for name in endpoint.events],
        "both_sign": endpoint.old_secret_until and endpoint.old_secret_until > timezone.now(),
        "rows": [(row, log.tone_of(row), words_of(row.kind), log.answer_of(row.status, row.error)) for row in rows],
        "filters": filters,
        "chips": _chips(here, filters, counts),
        "failed": counts[Delivery.State.FAILED],
        "since": form or SinceForm(initial={"since": a_day_ago}),
        "next_url": _url(here, filters.state, before) if before else "",
        "newest_url": _url(here, filters.state) if filters.before else "",
    }
    wrong = form is not None and form.errors
    response = render(request, "webhooks/log.html", HERE | context, status=UNPROCESSABLE if wrong else 200)
    if secret:  # shown once: no copy of this page stays in a cache
        response["Cache-Control"] = "no-store"
    return response


def _url(here: str, state: str, before: int | None = None) -> str:
    query = urlencode({name: value for name, value in (("state", state), ("before", before)) if value})
    return f"{here}?{query}" if query else here


def _chips(here: str, filters: log.Filters, counts: dict[str, int]) -> list[Choice]:
    labels = {"": pgettext("deliveries", "All")} | dict(Delivery.State.choices)
    return [
        Choice(str(label), _url(here, state), state == filters.state, number(counts[state]) if state else "")
        for state, label in labels.items()
    ]


@organization_view(Right.HOOKS, methods=ONLY_POST)
def webhook_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    actions.remove_endpoint(_endpoint(pk), by=request.membership)
    messages.success(request, _("The webhook is deleted."))
    return redirect("webhooks", request.organization.slug)


@organization_view(Right.HOOKS, methods=ONLY_POST)
def webhook_secret(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    endpoint = _endpoint(pk)
    return _log(request, endpoint, secret=actions.change_secret(endpoint, by=request.membership))


@organization_view(Right.HOOKS, methods=ONLY_POST)
def webhook_switch(request: OrganizationRequest, pk: int) -> HttpResponse:
    """On or off."""
    endpoint = _endpoint(pk)
    on = request.POST.get("on") == "1"
    actions.switch_endpoint(endpoint, on=on, by=request.membership)
    told = _("Events are sent again.") if on else _("Nothing more is sent until you switch it on again.")
    messages.success(request, told)
    return redirect("webhook", request.organization.slug, pk)


@organization_view(Right.HOOKS, methods=ONLY_POST)
def webhook_test(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Send a test event."""
    delivery = actions.send_test(_endpoint(pk), by=request.membership)
    messages.success(request, _("The test is on its way. Here you see what becomes of it."))
    return redirect("webhook_delivery", request.organization.slug, delivery.pk)


@organization_view(Right.HOOKS, methods=ONLY_POST)
def webhook_replay(request: OrganizationRequest, pk: int) -> HttpResponse:
    """What was given up since a time goes out again."""
    endpoint = _endpoint(pk)
    form = SinceForm(request.POST)
    if not form.is_valid():
        return _log(request, endpoint, form=form)
    many = actions.send_again(
        endpoint, actions.failed_since(endpoint, form.cleaned_data["since"]), by=request.membership
    )
    told = ngettext("%(many)s event goes out again.", "%(many)s events go out again.", many) % {"many": number(many)}
    messages.success(request, told) if many else messages.info(request, _("Nothing was given up since then."))
    return redirect("webhook", request.organization.slug, pk)


@organization_view(Right.HOOKS)
def webhook_delivery(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One event and every try to deliver it."""
    delivery = get_object_or_404(Delivery.objects.select_related("endpoint", "event"), pk=pk)
    context = {
        "row": delivery,
        "words": words_of(delivery.kind),
        "tone": log.tone_of(delivery),
        "tries": log.tries_of(delivery),
        "body": log.pretty_body(delivery),
    }
    return render(request, "webhooks/delivery.html", HERE | context)


@organization_view(Right.HOOKS, methods=ONLY_POST)
def webhook_delivery_replay(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The same event once more."""
    delivery = get_object_or_404(Delivery.objects.select_related("endpoint"), pk=pk)
    actions.send_again(delivery.endpoint, Delivery.objects.filter(pk=pk), by=request.membership)
    if delivery.endpoint.is_on:
        messages.success(request, _("The event goes out again."))
    else:
        messages.warning(request, _("The event goes out again once the webhook is switched on."))
    return redirect("webhook_delivery", request.organization.slug, pk)
