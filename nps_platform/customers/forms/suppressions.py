"""Addresses that are not written to: one, or a file of them, and whether one may be written to again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.actions.suppressions import EMAIL, NUMBERS
from nps_platform.customers.address_files import Read, reader_of
from nps_platform.customers.models import CustomerPermission, Suppression
from nps_platform.lib.phones import dialled_number
from nps_platform.tenancy.places import countries
from nps_platform.tenancy.scope import current_organization

Reason = Suppression.Reason
# What a person of the company may say; *erased* comes from erasing alone.
CHOICES = [(reason.value, reason.label) for reason in Reason if reason != Reason.ERASED]


class _Suppress(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=CHOICES, initial=Reason.SUPPRESSED)
    note = forms.CharField(label=_("Note"), required=False, max_length=200, help_text=_("Who asked for it, and how."))


class NewSuppressionForm(_Suppress):
    """One address, or a number that is neither called nor texted any more."""

    address = forms.CharField(label=_("E-mail or telephone number"), max_length=254)
    field_order = ("address", "reason", "note")

    def clean_address(self) -> str:
        text: str = self.cleaned_data["address"].strip()
        number = "" if "@" in text else dialled_number(text, current_organization().country)
        if not number:
            validate_email(text)
        return number or text

    @property
    def channels(self) -> tuple[str, ...]:
        """Where it counts."""
        return (EMAIL,) if "@" in self.cleaned_data["address"] else NUMBERS


class SuppressionFileForm(_Suppress):
    """A file of addresses or numbers; one channel and one reason for all of them."""

    file = forms.FileField(label=_("CSV file"))
    channel = forms.ChoiceField(label=_("Channel"), choices=CustomerPermission.Channel.choices, required=False)
    country = forms.ChoiceField(
        label=_("Country of the numbers"),
        required=False,
        help_text=_("For telephone numbers without a country's prefix."),
    )
    field_order = ("file", "channel", "country", "reason", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        self.fields["country"].initial = current_organization().country

    def clean_channel(self) -> str:
        return self.cleaned_data["channel"] or EMAIL

    @property
    def read(self) -> Read:
        """What makes an address of a text, as the channel and the country say."""
        told = self.cleaned_data
        return reader_of(told["channel"], told["country"] or current_organization().country)


class LiftForm(forms.Form):
    """Somebody says that the person wants to be written to again."""

    confirmed = forms.BooleanField(
        label=_("This person told us that they want to be written to again."),
        error_messages={"required": _("Without their word the address stays on the list.")},
    )


class ListFilterForm(forms.Form):
    """What the list is narrowed to; anything unreadable narrows nothing."""

    q = forms.CharField(required=False, max_length=254)
    reason = forms.ChoiceField(required=False, choices=[("", ""), *Reason.choices])

    def wanted(self) -> dict[str, Any]:
        """The readable part."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("q", "reason")}
