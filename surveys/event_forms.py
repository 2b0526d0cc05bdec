"""Telling of one event by hand, of many by a file, and of an incident."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Unit
from surveys.event_reading import AHEAD, EARLIEST

# Larger files go by the command `import_events` or by API.
MOST_BYTES = 5 * 1024 * 1024


class EventForm(forms.Form):
    """One event. Without a number it is known by customer and moment."""

    customer = forms.CharField(label=_("Customer number"), max_length=100)
    occurred_at = forms.DateTimeField(
        label=_("Happened at"),
        required=False,
        help_text=_("Empty: now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    event_id = forms.CharField(
        label=_("Event number"),
        max_length=100,
        required=False,
        help_text=_("An order, a ticket: told twice, it counts once."),
    )

    def clean_customer(self) -> Customer:
        found = Customer.objects.filter(external_id=self.cleaned_data["customer"].strip(), erased_at=None).first()
        if found is None:
            raise forms.ValidationError(_("There is no customer with this number."))
        return found

    def clean_occurred_at(self) -> datetime:
        at = self.cleaned_data["occurred_at"] or timezone.now()
        if not EARLIEST <= at <= timezone.now() + AHEAD:
            raise forms.ValidationError(_("This moment is in the future, or too long ago."))
        return at


class EventFileForm(forms.Form):
    """A CSV file with a line for each event."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: customer, occurred_at, event_id; further ones are kept with the event."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("At most 5 MB here; larger files go by API."))
        return file


class IncidentForm(forms.Form):
    """Something is broken for everybody of a unit."""

    note = forms.CharField(label=_("What happened"), max_length=200)
    unit = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Unit.objects.all(),
        required=False,
        empty_label=_("Everywhere"),
        help_text=_("The unit and everything below it."),
    )
