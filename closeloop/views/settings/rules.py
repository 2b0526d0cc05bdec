"""Settings: the alert rules."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from closeloop.actions import settings as actions
from closeloop.matching import RELATIONS, TOLD
from closeloop.models import AlertRule
from closeloop.rule_forms import AlertRuleForm
from closeloop.trial import try_rule
from closeloop.trial_words import brought, details
from closeloop.wording import sentence
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

FORM = ("GET", "HEAD", "POST")
ONLY_POST = ("POST",)


@organization_view(Right.SETTINGS)
def alert_rules(request: OrganizationRequest) -> HttpResponse:
    """The rules in their order, each as a sentence."""
    rules = AlertRule.objects.select_related(*RELATIONS).prefetch_related(*TOLD)
    page = {"rules": [(rule, sentence(rule)) for rule in rules], "here": "alert_rules"}
    return render(request, "closeloop/settings/rules.html", page)


@organization_view(Right.SETTINGS, methods=FORM)
def alert_rule_new(request: OrganizationRequest) -> HttpResponse:
    return _rule(request, AlertRule(name="", classes=["detractor"]))


@organization_view(Right.SETTINGS, methods=FORM)
def alert_rule(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _rule(request, get_object_or_404(AlertRule.objects, pk=pk))


def _rule(request: OrganizationRequest, rule: AlertRule) -> HttpResponse:
    """Make or change a rule; `try` says for how many past answers it would have held, and keeps nothing."""
    form = AlertRuleForm(request.POST if request.method == "POST" else None, instance=rule)
    page = {"form": form, "rule": rule, "here": "alert_rules", "currency": request.organization.currency}
    if request.method == "POST" and form.is_valid():
        wanted = form.save(commit=False)
        if "try" not in request.POST:
            actions.save_rule(
                wanted, rooms=form.cleaned_data["rooms"], endpoints=form.cleaned_data["webhooks"], by=request.membership
            )
            messages.success(request, _("The rule is saved."))
            return redirect("alert_rules", request.organization.slug)
        page |= _tried(wanted)
    return render(request, "closeloop/settings/rule.html", page)


def _tried(rule: AlertRule) -> dict[str, Any]:
    """What the rule would have brought, and what that rests on."""
    rule.had_touchpoint = rule.touchpoint_id is not None
    trial = try_rule(rule)
    return {"trial": trial, "brought": brought(trial, rule), "details": details(trial, rule)}


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def alert_rule_switch(request: OrganizationRequest, pk: int) -> HttpResponse:
    is_on = actions.switch_rule(get_object_or_404(AlertRule.objects, pk=pk), by=request.membership)
    messages.success(request, _("The rule is on.") if is_on else _("The rule is off."))
    return redirect("alert_rules", request.organization.slug)


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def alert_rule_move(request: OrganizationRequest, pk: int) -> HttpResponse:
    rule: AlertRule = get_object_or_404(AlertRule.objects, pk=pk)
    actions.move_rule(rule, up=request.POST.get("direction") == "up", by=request.membership)
    return redirect("alert_rules", request.organization.slug)


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def alert_rule_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    actions.delete_rule(get_object_or_404(AlertRule.objects, pk=pk), by=request.membership)
    messages.success(request, _("The rule is deleted; its cases stay."))
    return redirect("alert_rules", request.organization.slug)
