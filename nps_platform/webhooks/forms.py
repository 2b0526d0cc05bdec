"""An endpoint, and since when to send again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.outgoing import Refused, Unreached, check
from nps_platform.webhooks.kinds import events
from nps_platform.webhooks.models import LONGEST_URL, Endpoint
from nps_platform.webhooks.wording import problem


def checked_url(url: str) -> str:
    """The address where requests would be sent; ValueError with a sentence where not."""
    try:
        check(url)
    except (Refused, Unreached) as error:
        raise ValueError(problem(error.code)) from error
    return url


class EndpointForm(forms.ModelForm):
    """Where events go, and which."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        widget=forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Which events"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them, also those that later versions bring."),
    )
    field_order = ("url", "description", "events")

    class Meta:
        model = Endpoint
        fields = ("url", "description", "events")
        help_texts = {"description": _("For your own lists: CRM, warehouse, robot in the chat.")}

    def __init__(self, data: Any = None, *, instance: Endpoint | None = None) -> None:
        super().__init__(data, instance=instance)
        choices = [(name, f"{words} ({name})") for name, words in events().items()]
        self.fields["events"].choices = choices  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        try:
            return checked_url(self.cleaned_data["url"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class SinceForm(forms.Form):
    """What was given up since a time goes out again."""

    since = forms.DateTimeField(
        label=_("Of events since"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    def clean_since(self) -> datetime:
        since = self.cleaned_data["since"]
        if since > timezone.now():
            raise forms.ValidationError(_("This lies ahead."))
        return since
