"""The wave planner: sentences whose words are the controls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nps_platform.customers.models import Segment
from surveys.models import Programme, Survey
from surveys.planning import quarantine_days

QUARANTINES = (0, 7, 14, 30, 60, 90, 120, 180, 365)
REMINDERS = (2, 3, 5, 7, 10, 14)
OPEN_FOR = (7, 14, 21, 30, 45, 60, 90)


def days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


class SurveyChoice(forms.ModelChoiceField):
    """Says which surveys can't be launched yet."""

    def label_from_instance(self, obj: Survey) -> str:
        return _("%(name)s (draft)") % {"name": obj} if obj.state == Survey.State.DRAFT else str(obj)


class NewProgrammeForm(forms.Form):
    """All a wave needs to begin with; the planner asks the rest."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you; customers don't see it."))
    survey = SurveyChoice(label=_("Survey"), queryset=Survey.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survey"].queryset = Survey.objects.exclude(  # type: ignore[attr-defined]
            state=Survey.State.ARCHIVED
        )


class ProgrammeForm(NewProgrammeForm):
    """The planner's tokens. Empty quarantine: the organisation's own."""

    audience = forms.ModelChoiceField(
        label=_("Audience"), queryset=Segment.objects.all(), required=False, empty_label=_("all customers")
    )
    quarantine_days = forms.TypedChoiceField(label=_("Quarantine"), coerce=int, required=False, empty_value=None)
    reminder_days = forms.TypedChoiceField(label=_("Reminder"), coerce=int, required=False, empty_value=None)
    open_days = forms.TypedChoiceField(label=_("Open for"), coerce=int)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        names = ("name", "survey", "audience", "quarantine_days", "reminder_days", "open_days")
        super().__init__(*args, initial={name: getattr(programme, name) for name in names}, **kwargs)
        usual = quarantine_days(
            Programme(survey=programme.survey, quarantine_days=None, organization_id=programme.organization_id)
        )
        self._choices("quarantine_days", QUARANTINES, programme.quarantine_days, ("", _usual_label(usual)))
        self._choices("reminder_days", REMINDERS, programme.reminder_days, ("", str(_("no reminder"))))
        self._choices("open_days", OPEN_FOR, programme.open_days)
        self.fields["reminder_days"].choices = [  # type: ignore[attr-defined]
            (value, _("one reminder after %(days)s") % {"days": label} if value else label)
            for value, label in self.fields["reminder_days"].choices  # type: ignore[attr-defined]
        ]

    def _choices(self, name: str, usual: tuple[int, ...], own: int | None, *first: tuple[str, str]) -> None:
        """The usual numbers and the one that stands there (set by API, perhaps)."""
        values = sorted({*usual, *([own] if own is not None else [])})
        self.fields[name].choices = [*first, *((n, days(n)) for n in values)]  # type: ignore[attr-defined]


def _usual_label(usual: int) -> str:
    return _("%(days)s, as usual") % {"days": days(usual)}
