"""The settings of this room: alert rules, causes, canned replies."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from closeloop.actions import settings as actions
from closeloop.forms import CAUSE_ORDER
from closeloop.models import AlertRule, CannedReply, Outcome, RootCause
from closeloop.settings_forms import VARIABLES, AlertRuleForm, CannedReplyForm, CauseForm
from closeloop.trial import try_rule
from closeloop.wording import sentence
from nps_platform.lib.words import fill
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

FORM = ("GET", "HEAD", "POST")
ONLY_POST = ("POST",)


@organization_view(Right.SETTINGS)
def alert_rules(request: OrganizationRequest) -> HttpResponse:
    """The rules in their order, each as a sentence."""
    rules = AlertRule.objects.select_related("segment", "survey", "team", "assignee__user")
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
    trial = None
    if request.method == "POST" and form.is_valid():
        if "try" not in request.POST:
            actions.save_rule(form.save(commit=False), by=request.membership)
            messages.success(request, _("The rule is saved."))
            return redirect("alert_rules", request.organization.slug)
        trial = try_rule(form.save(commit=False))
    page = {"form": form, "rule": rule, "trial": trial, "here": "alert_rules"}
    return render(request, "closeloop/settings/rule.html", page)


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


@organization_view(Right.SETTINGS, methods=FORM)
def causes(request: OrganizationRequest) -> HttpResponse:
    """The tree, with how often each was the cause, and a form for one more."""
    form = CauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.save_cause(form.save(commit=False), key=form.free_key(), by=request.membership)
        messages.success(request, _("The cause is added."))
        return redirect("causes", request.organization.slug)
    tree = RootCause.objects.order_by(*CAUSE_ORDER).annotate(used=Count("cases"))
    page = {"form": form, "tree": tree, "outcomes": Outcome.choices, "here": "causes"}
    return render(request, "closeloop/settings/causes.html", page)


@organization_view(Right.SETTINGS, methods=FORM)
def cause(request: OrganizationRequest, pk: int) -> HttpResponse:
    found: RootCause = get_object_or_404(RootCause.objects, pk=pk)
    form = CauseForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.save_cause(form.save(commit=False), by=request.membership)
        messages.success(request, _("The cause is saved."))
        return redirect("causes", request.organization.slug)
    return render(request, "closeloop/settings/cause.html", {"form": form, "cause": found, "here": "causes"})


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def cause_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    try:
        actions.delete_cause(get_object_or_404(RootCause.objects, pk=pk), by=request.membership)
    except actions.InUse:
        messages.error(request, _("Cases or other causes refer to it. Take it out of use instead."))
        return redirect("cause", request.organization.slug, pk)
    messages.success(request, _("The cause is deleted."))
    return redirect("causes", request.organization.slug)


@organization_view(Right.SETTINGS)
def canned_replies(request: OrganizationRequest) -> HttpResponse:
    page = {"replies": CannedReply.objects.all(), "here": "canned_replies"}
    return render(request, "closeloop/settings/replies.html", page)


@organization_view(Right.SETTINGS, methods=FORM)
def canned_reply_new(request: OrganizationRequest) -> HttpResponse:
    return _reply(request, CannedReply(language=request.organization.language))


@organization_view(Right.SETTINGS, methods=FORM)
def canned_reply(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _reply(request, get_object_or_404(CannedReply.objects, pk=pk))


def _reply(request: OrganizationRequest, reply: CannedReply) -> HttpResponse:
    """Make or change a canned reply, beside how it reads in a made-up case."""
    form = CannedReplyForm(request.POST if request.method == "POST" else None, instance=reply)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        actions.save_canned(form.save(commit=False), by=request.membership)
        messages.success(request, _("The reply is saved."))
        return redirect("canned_replies", request.organization.slug)
    text, _missing = fill(str(form["text"].value() or ""), _example(request))
    page = {"form": form, "reply": reply, "preview": text, "variables": VARIABLES, "here": "canned_replies"}
    return render(request, "closeloop/settings/reply.html", page)


def _example(request: OrganizationRequest) -> dict[str, str]:
    return {
        "customer_name": "Mercedes Aliaga",
        "agent_name": str(request.membership),
        "programme": request.organization.programme,
        "company": request.organization.name,
        "case_number": "128",
    }


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def canned_reply_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    actions.delete_canned(get_object_or_404(CannedReply.objects, pk=pk), by=request.membership)
    messages.success(request, _("The reply is deleted."))
    return redirect("canned_replies", request.organization.slug)
