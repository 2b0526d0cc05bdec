"""Deadlines as sentences."""

from __future__ import annotations

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closeloop.models import CLASSES, CasePolicy, EscalationStep, Priority
from nps_platform.lib import formats
from nps_platform.tenancy.templatetags.circulo import reader_locale


def whose(policy: CasePolicy) -> str:
    """ "Detractor · urgent or high" """
    classes = [str(label) for name, label in CLASSES if name in policy.classes]
    priorities = [str(label).lower() for value, label in Priority.choices if value in policy.priorities]
    parts = [format_list(some, style="or", locale=reader_locale()) for some in (classes, priorities) if some]
    return " · ".join(parts) or _("Every case")


def promise(contact_minutes: int, resolution_minutes: int | None) -> str:
    """ "First contact within 4 h, solution within 16 h, on the business clock." """
    times = {"contact": stretch(contact_minutes), "solution": stretch(resolution_minutes or 0)}
    if resolution_minutes is None:
        # Translators: a stretch of business time such as "4 h"
        return _("First contact within %(contact)s of business time.") % times
    # Translators: stretches of business time such as "4 h" and "16 h"
    return _("First contact within %(contact)s, solution within %(solution)s of business time.") % times


def escalations(policy: CasePolicy) -> list[str]:
    """ "Our word to the customer: at 80 % to whoever has the case" """
    return [_escalation(step) for step in policy.steps.all()]


def _escalation(step: EscalationStep) -> str:
    whom = (
        str(step.person or _("the managers"))
        if step.whom == EscalationStep.Whom.PERSON
        else step.get_whom_display().lower()
    )
    values = {
        "promise": step.get_promise_display(),
        "percent": formats.percent(step.after_percent / 100, locale=reader_locale()),
        "whom": whom,
        "n": step.repeat_times,
    }
    if not step.repeat_times or not step.repeat_every_minutes:
        # Translators: promise is "Our word to the customer" or "The solution"; whom is such as "their manager" or a name
        return _("%(promise)s: at %(percent)s of the time to %(whom)s") % values
    values["every"] = stretch(step.repeat_every_minutes)
    return (
        ngettext(
            "%(promise)s: at %(percent)s of the time to %(whom)s, and %(n)s time more after %(every)s",
            "%(promise)s: at %(percent)s of the time to %(whom)s, and %(n)s times more every %(every)s",
            step.repeat_times,
        )
        % values
    )


def stretch(minutes: int) -> str:
    """ "16 h", "2 h 30": business time, which has no days."""
    return formats.duration(minutes * 60, reader_locale())
