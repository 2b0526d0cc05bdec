"""The forms of chat rooms and quiet hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closeloop.models import ChatRoom, QuietHours
from nps_platform.lib.outgoing import LONGEST_URL
from nps_platform.webhooks.forms import checked_url


class ChatRoomForm(forms.ModelForm):
    """The address is asked for anew only where it changes: it is a secret, and never shown."""

    url = forms.CharField(
        label=gettext_lazy("Address of its incoming webhook"),
        max_length=LONGEST_URL,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )

    class Meta:
        model = ChatRoom
        fields = ("name", "url", "tells_who")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["url"].required = False
            self.fields["url"].help_text = _("Kept: %(host)s/… Type a new one only to replace it.") % {
                "host": self.instance.host
            }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if ChatRoom.objects.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a chat room of this name."))
        return name

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url:
            try:
                return checked_url(url)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
        return url


class QuietHoursForm(forms.ModelForm):
    starts = forms.TimeField(
        label=gettext_lazy("They begin at"), required=False, widget=forms.TimeInput(format="%H:%M")
    )
    ends = forms.TimeField(label=gettext_lazy("They end at"), required=False, widget=forms.TimeInput(format="%H:%M"))
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("All day on"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = QuietHours
        fields = ("starts", "ends", "days", "urgent_anyway")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(day + 1, str(name).capitalize()) for day, name in WEEKDAYS.items()]  # type: ignore[attr-defined]
        for name in ("starts", "ends"):
            self.fields[name].widget.input_type = "time"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts, ends = given.get("starts"), given.get("ends")
        if (starts is None) != (ends is None) and not {"starts", "ends"} & set(self.errors):
            self.add_error("ends" if starts else "starts", _("Say both, or neither."))
        if starts is not None and starts == ends:
            self.add_error("ends", _("They begin and end at the same time. For whole days choose the days below."))
        if len(given.get("days", [])) == 7:
            self.add_error("days", _("One day must stay: alerts would never arrive."))
        return given


class MyQuietHoursForm(QuietHoursForm):
    """One's own, or the organisation's."""

    follow = forms.ChoiceField(
        label=gettext_lazy("My alerts"),
        choices=[
            ("organization", gettext_lazy("wait in the organisation’s quiet hours")),
            ("own", gettext_lazy("wait in quiet hours of my own")),
        ],
        widget=forms.RadioSelect,
    )

    field_order = ("follow", "starts", "ends", "days", "urgent_anyway")
