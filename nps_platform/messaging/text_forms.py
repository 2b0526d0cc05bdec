"""The gateway's settings, and a test of it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.languages import choices
from nps_platform.lib.phones import mobile_number
from nps_platform.messaging.gateway.interface import TEMPLATE_NUMBER
from nps_platform.messaging.models import Message, TextGateway
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.places import currencies

_ACCOUNT = re.compile(r"[A-Za-z0-9-]{2,64}")
# A number, a short number, or a messaging service. A name as a sender can't be answered STOP.
_SENDER = re.compile(r"\+\d{6,15}|\d{3,8}|MG[0-9a-fA-F]{32}")
_NUMBER = re.compile(r"\+\d{6,15}")
_TEMPLATE = re.compile(rf"([a-z]{{2,3}})\s+({TEMPLATE_NUMBER})")


class GatewayForm(forms.ModelForm):
    """Everything but the token stands in the form; the token is typed once and never shown again."""

    token = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    templates = forms.CharField(
        label=_("Approved WhatsApp templates"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "A language a line and the template's number: es HX… Its {{1}} becomes the first name, {{2}} your programme, {{3}} the link."
        ),
    )
    field_order = ("provider", "account_sid", "token")

    class Meta:
        model = TextGateway
        fields = (
            "provider",
            "account_sid",
            "sms_from",
            "whatsapp_from",
            "templates",
            "sms_price",
            "whatsapp_price",
            "currency",
            "per_second",
        )
        help_texts = {
            "account_sid": _("The account's SID, as the gateway's console shows it."),
            "sms_from": _("A number with its country, such as +34600123456, or a messaging service (MG…)."),
            "whatsapp_from": _("The number that WhatsApp knows you by. Empty: no WhatsApp."),
            "sms_price": _("By your contract; the planner foresees the cost with it."),
            "per_second": _("As many as your number may send; more wait their turn."),
        }

    def __init__(self, data: Any = None, *, row: TextGateway | None, organization: Organization) -> None:
        instance = TextGateway.objects.filter(pk=row.pk).first() if row else None
        super().__init__(data, instance=instance)
        self._knows_token = bool(row and row.sealed_token)
        codes = [("", "—"), *currencies()]
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency of the prices"),
            required=False,
            choices=codes,
            initial=(row.currency if row else "") or organization.currency,
        )
        if self._knows_token:
            self.fields["token"].help_text = _("One is kept, sealed. Type here only to replace it.")
        kept = row.templates if row else {}
        self.initial["templates"] = "\n".join(f"{language} {sid}" for language, sid in sorted(kept.items()))
        for name in ("sms_price", "whatsapp_price"):
            if self.initial.get(name) is not None:
                self.initial[name] = f"{self.initial[name].normalize():f}"
        if not self.initial.get("currency"):
            self.initial["currency"] = organization.currency

    def clean_account_sid(self) -> str:
        return self._matching("account_sid", _ACCOUNT, _("An account's SID has letters, digits and hyphens only."))

    def clean_sms_from(self) -> str:
        told = _("Write the number with its country, such as +34600123456, or a messaging service (MG and 32 digits).")
        return self._matching("sms_from", _SENDER, told)

    def clean_whatsapp_from(self) -> str:
        return self._matching("whatsapp_from", _NUMBER, _("Write the number with its country, such as +34600123456."))

    def _matching(self, name: str, pattern: re.Pattern[str], told: Any) -> str:
        text = "".join(str(self.cleaned_data[name]).split())
        if text and not pattern.fullmatch(text):
            raise forms.ValidationError(told)
        return text

    def clean_templates(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["templates"].splitlines():
            if not line.strip():
                continue
            told = _TEMPLATE.fullmatch(line.strip())
            if told is None or told[1] not in dict(choices()):
                words = _("“%(line)s” is not a language and a template's number, such as es HX…")
                raise forms.ValidationError(words % {"line": line.strip()[:60]})
            found[told[1]] = told[2]
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for name in ("sms_price", "whatsapp_price"):
            price = said.get(name)
            if price is not None and price < 0:
                self.add_error(name, _("A price is not below zero."))
            if price is not None and not said.get("currency"):
                self.add_error("currency", _("In which currency?"))
        if said.get("provider") == TextGateway.Provider.TWILIO:
            self._check_account(said)
        return said

    def _check_account(self, said: dict[str, Any]) -> None:
        if not said.get("account_sid") and "account_sid" not in self.errors:
            self.add_error("account_sid", _("The gateway asks for it."))
        if not said.get("token") and not self._knows_token:
            self.add_error("token", _("The gateway asks for it."))
        senders = ("sms_from", "whatsapp_from")
        if not any(said.get(name) or name in self.errors for name in senders):
            self.add_error("sms_from", _("Give at least one number that texts come from."))


class TextTestForm(forms.Form):
    """Where a test goes."""

    to = forms.CharField(label=_("Your mobile number"), max_length=40, widget=forms.TextInput(attrs={"type": "tel"}))
    channel = forms.ChoiceField(label=_("Channel"))

    def __init__(self, data: Any = None, *, row: TextGateway, organization: Organization) -> None:
        super().__init__(data)
        self._country = organization.country
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (channel.value, channel.label)
            for channel in (Message.Channel.SMS, Message.Channel.WHATSAPP)
            if row.takes(channel)
        ]

    def clean_to(self) -> str:
        number = mobile_number(self.cleaned_data["to"], self._country)
        if not number:
            raise forms.ValidationError(_("This is no mobile number. With its country it reads +34600123456."))
        return number
