"""The organisation's settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nps_platform.lib.clock import BusinessHoursError
from nps_platform.tenancy.forms.hours import ContactHoursField, HolidaysField, HoursField
from nps_platform.tenancy.hours import business_clock
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.places import countries, currencies, time_zones

DAYS = [MaxValueValidator(730)]
PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


def _clock_messages() -> dict[str, str]:
    return {
        "order": _("A shift ends before it begins; write one over midnight as two."),
        "overlap": _("Two shifts of one day overlap."),
        "time": _("Write times as 09:00."),
        "no_hours": _("The organisation needs at least one hour a week in which somebody answers."),
        "too_many": _("That is too much to keep: at most six shifts a day and a thousand holidays."),
    }


class OrganizationForm(forms.ModelForm):
    """Everything about an organisation but its address."""

    business_hours = HoursField(
        label=gettext_lazy("Business hours"),
        required=False,
        help_text=gettext_lazy("Targets count these hours only. An empty day is closed."),
    )
    holidays = HolidaysField(
        label=gettext_lazy("Holidays"), required=False, help_text=gettext_lazy("One date a line, such as 2026-12-25.")
    )

    contact_hours = ContactHoursField(
        label=gettext_lazy("Contact hours by country"),
        required=False,
        help_text=gettext_lazy(
            "A country a line with hours and weekdays (1 is Monday), such as IT 10:00-20:00 12345. Without a line any hour will "
            "do. A person's country is their own, else their unit's, else yours."
        ),
    )

    class Meta:
        model = Organization
        fields = [
            "programme_name",
            "name",
            "brand_colour",
            "sender_name",
            "reply_to",
            "phone",
            "postal_address",
            "language",
            "country",
            "currency",
            "timezone",
            "address_form",
            "first_contact_hours",
            "business_hours",
            "holidays",
            "require_permission",
            "relational_quarantine_days",
            "transactional_quarantine_days",
            "account_quarantine_days",
            "contact_hours",
            "margin_percent",
            "discount_percent",
            "churn_window_days",
        ]
        widgets = {"brand_colour": forms.TextInput(attrs={"type": "color"})}
        help_texts = {
            "programme_name": gettext_lazy("What customers see as the sender, such as “Your Voice”."),
            "brand_colour": gettext_lazy("Fills buttons on customers' pages; the text on it adapts by itself."),
            "postal_address": gettext_lazy("Stands at the foot of every mail to customers."),
            "require_permission": gettext_lazy("Customers without permission for feedback are skipped."),
            "relational_quarantine_days": gettext_lazy("Days in which nobody is asked again."),
            "transactional_quarantine_days": gettext_lazy("Days in which nobody is asked again."),
            "account_quarantine_days": gettext_lazy(
                "Days in which only one contact of a company is asked. 0: no limit."
            ),
            "margin_percent": gettext_lazy("Of revenue. Left empty, lifetime value is not shown."),
            "discount_percent": gettext_lazy("What money next year is worth less than today."),
            "churn_window_days": gettext_lazy("Without revenue for so long, a customer counts as lost."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("country", countries()), ("currency", currencies())):
            self.fields[name].widget = forms.Select(choices=_with(choices, getattr(self.instance, name)))
        self.fields["timezone"].widget = forms.Select(choices=time_zones())
        for name in ("relational_quarantine_days", "transactional_quarantine_days", "account_quarantine_days"):
            self.fields[name].validators += DAYS
        for name in ("margin_percent", "discount_percent"):
            self.fields[name].validators += PERCENT
        self.fields["churn_window_days"].validators += [MinValueValidator(1), *DAYS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"business_hours", "holidays", "timezone"} <= cleaned.keys():
            self._check_hours(cleaned)
        return cleaned

    def _check_hours(self, cleaned: dict[str, Any]) -> None:
        names = ("business_hours", "holidays", "timezone")
        try:
            business_clock(Organization(**{name: cleaned[name] for name in names}))
        except BusinessHoursError as error:
            field = {"time_zone": "timezone", "holiday": "holidays"}.get(error.code, "business_hours")
            self.add_error(field, _clock_messages().get(error.code, _("These hours can't be kept.")))


def _with(choices: list[tuple[str, str]], current: str) -> list[tuple[str, str]]:
    """What stands today can always be kept."""
    return choices if not current or current in dict(choices) else [(current, current), *choices]
