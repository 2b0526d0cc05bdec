"""What a programme begins with, and what may be wrong with a plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from surveys.models import Programme, Survey, SurveyKind


def days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


class SurveyChoice(forms.ModelChoiceField):
    """Says which surveys can't be launched yet."""

    def label_from_instance(self, obj: Survey) -> str:
        return _("%(name)s (draft)") % {"name": obj} if obj.state == Survey.State.DRAFT else str(obj)


class NewProgrammeForm(forms.Form):
    """All a programme needs to begin with; the planner asks the rest."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you; customers don't see it."))
    survey = SurveyChoice(label=_("Survey"), queryset=Survey.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Employees are asked through their anonymous link alone.
        self.fields["survey"].queryset = Survey.objects.exclude(  # type: ignore[attr-defined]
            Q(state=Survey.State.ARCHIVED) | Q(kind=SurveyKind.EMPLOYEE)
        )


def copy_name(programme: Programme) -> str:
    """What a duplicate is called until somebody names it; never longer than a name may be."""
    most = Programme._meta.get_field("name").max_length or 0
    room = most - len(_("%(name)s, copy") % {"name": ""})
    return _("%(name)s, copy") % {"name": programme.name[:room]}


def problem_text(code: str) -> str:
    """What is wrong with a plan, for the form and the API."""
    return str(_PROBLEMS[code])


_PROBLEMS = {
    "sample": _("Write a number of people, a share up to 1, or a wished margin in points; only one of them."),
    "sample_trigger": _("After an event only a share can be drawn."),
    "strata": _("There is no such attribute to draw by."),
    "reminders": _("At most five reminders, on different days from 1 to 180, the earlier first."),
    "window_malformed": _("A window has the parts from, to, weekdays and holidays."),
    "window_time": _("Write times as 09:00."),
    "window_order": _("The window closes before it opens."),
    "window_weekdays": _("Weekdays are numbers from 1 (Monday) to 7."),
    "window_overlap": _("The window leaves no hour."),
}
