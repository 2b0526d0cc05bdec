"""What the eNPS page is about: a quarter, and maybe one survey and one unit."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from dashboards.charts import quarter_label
from dashboards.forms import UnitField, current_locale
from dashboards.periods import key_of, quarter_of, read_period, shifted
from nps_platform.tenancy.models import Unit
from responses.employees import this_quarter
from surveys.models import Survey, SurveyKind

QUARTERS_OFFERED = 8


class EmployeeForm(forms.Form):
    """Every field may be missing; what can't be read says so and falls back."""

    survey = forms.ModelChoiceField(
        Survey.objects.filter(kind=SurveyKind.EMPLOYEE).exclude(state="draft"),
        label=_lazy("Survey"),
        required=False,
        empty_label=pgettext_lazy("surveys", "All"),
    )
    unit = UnitField()
    period = forms.CharField(label=_lazy("Quarter"), required=False, widget=forms.Select)

    def __init__(self, data: Any, *, newest: date) -> None:
        """`newest`: the first day of the quarter that is shown where none is asked for."""
        self.newest = newest
        asked = {name: data.get(name) for name in data}
        super().__init__({**asked, "period": asked.get("period") or key_of(quarter_of(newest))})
        firsts = [shifted(this_quarter(), -3 * n) for n in range(QUARTERS_OFFERED)]
        locale = current_locale()
        self.fields["period"].widget.choices = [
            (key_of(quarter_of(first)), quarter_label(first, locale)) for first in firsts
        ]
        self.is_valid()

    def clean_period(self) -> date:
        try:
            period = read_period(self.cleaned_data["period"], self.newest)
        except ValueError as error:
            raise ValidationError(_("A quarter is written 2026-q3.")) from error
        if period != quarter_of(period.first):
            raise ValidationError(_("Employees’ answers are kept by quarter: one is written 2026-q3."))
        return period.first

    @property
    def quarter(self) -> date:
        """Its first day."""
        return self.cleaned_data.get("period") or self.newest

    @property
    def of_survey(self) -> Survey | None:
        return self.cleaned_data.get("survey")

    @property
    def of_unit(self) -> Unit | None:
        """With all below it."""
        return self.cleaned_data.get("unit")
