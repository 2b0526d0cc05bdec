"""Settings: by when we owe what."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from closeloop.actions import policies as actions
from closeloop.models import CasePolicy
from closeloop.policy_forms import CasePolicyForm, StepFormSet
from closeloop.policy_words import escalations, promise, whose
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

FORM = ("GET", "HEAD", "POST")
ONLY_POST = ("POST",)


@organization_view(Right.SETTINGS)
def case_policies(request: OrganizationRequest) -> HttpResponse:
    """The policies in their order, each in words, and what holds for all other cases."""
    found = CasePolicy.objects.prefetch_related("steps__person__user")
    policies = [(p, whose(p), promise(p.contact_minutes, p.resolution_minutes), escalations(p)) for p in found]
    own = promise(request.organization.first_contact_hours * 60, None)
    page = {"policies": policies, "own": own, "here": "case_policies"}
    return render(request, "closeloop/settings/policies.html", page)


@organization_view(Right.SETTINGS, methods=FORM)
def case_policy_new(request: OrganizationRequest) -> HttpResponse:
    hours = request.organization.first_contact_hours
    return _policy(request, CasePolicy(name="", contact_minutes=hours * 60))


@organization_view(Right.SETTINGS, methods=FORM)
def case_policy(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _policy(request, get_object_or_404(CasePolicy.objects, pk=pk))


def _policy(request: OrganizationRequest, policy: CasePolicy) -> HttpResponse:
    name = policy.name
    posted = request.POST if request.method == "POST" else None
    form, steps = CasePolicyForm(posted, instance=policy), StepFormSet(posted, instance=policy, prefix="steps")
    if posted is not None and form.is_valid() & steps.is_valid():
        changed = steps.save(commit=False)
        actions.save_policy(
            form.save(commit=False), steps=changed, without=steps.deleted_objects, by=request.membership
        )
        messages.success(request, _("The deadline is saved; open cases are counted anew."))
        return redirect("case_policies", request.organization.slug)
    page = {"form": form, "steps": steps, "policy": policy, "name": name, "here": "case_policies"}
    return render(request, "closeloop/settings/policy.html", page)


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def case_policy_move(request: OrganizationRequest, pk: int) -> HttpResponse:
    policy: CasePolicy = get_object_or_404(CasePolicy.objects, pk=pk)
    actions.move_policy(policy, up=request.POST.get("direction") == "up", by=request.membership)
    return redirect("case_policies", request.organization.slug)


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def case_policy_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    actions.delete_policy(get_object_or_404(CasePolicy.objects, pk=pk), by=request.membership)
    messages.success(request, _("The deadline is deleted; open cases are counted anew."))
    return redirect("case_policies", request.organization.slug)
