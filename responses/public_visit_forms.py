"""What a visitor may send from the page of an open link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from responses.collecting import Visitor
from responses.public_forms import WholeForm
from surveys.models import Collector

RECEIPT_LENGTH = 40
FEWEST_DIGITS = 6
_TELEPHONE = frozenset("0123456789+()-./ ")


class VisitForm(WholeForm):
    """A whole answer, how to get back to whoever gives it, and the code on the receipt.

    `client_key` is the page's own name for what it sends, so that a second tap sends nothing new; one that can't be read is
    none. `nickname` is hidden: only programs fill it in.
    """

    receipt = forms.CharField(
        required=False,
        max_length=RECEIPT_LENGTH,
        error_messages={
            "required": _("The code on the receipt is missing."),
            "max_length": _("A receipt's code is shorter than that."),
        },
    )
    name = forms.CharField(required=False, max_length=120)
    address = forms.CharField(required=False, max_length=254)
    client_key = forms.CharField(required=False, max_length=60)
    nickname = forms.CharField(required=False)

    def __init__(self, data: Any, collector: Collector) -> None:
        super().__init__(data, collector.survey.published.parsed)  # type: ignore[union-attr]
        self.fields["receipt"].required = collector.receipt == Collector.Receipt.REQUIRED
        if collector.receipt == Collector.Receipt.NO:
            del self.fields["receipt"]

    def clean_nickname(self) -> str:
        if self.cleaned_data["nickname"]:
            raise forms.ValidationError(_("Please leave this empty: it is there for programs that fill in everything."))
        return ""

    def clean_client_key(self) -> UUID | None:
        try:
            return UUID(self.cleaned_data["client_key"])
        except ValueError:
            return None

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if "@" in address:
            try:
                validate_email(address)
            except forms.ValidationError as error:
                raise forms.ValidationError(_("This e-mail address is not complete.")) from error
        elif address and (set(address) - _TELEPHONE or sum(map(str.isdigit, address)) < FEWEST_DIGITS):
            raise forms.ValidationError(_("Write an e-mail address or a telephone number."))
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "address" in self.fields and "address" in data and self._wishes() and not data["address"]:
            self.add_error("address", _("To get in touch we need an e-mail address or a telephone number."))
        return data

    def _wishes(self) -> bool:
        """Whether they want to hear from us, and saw that they were asked."""
        data = self.cleaned_data
        return bool(data.get("contact")) and "score" in data and self.wants_contact() is True

    def visitor(self) -> Visitor:
        """Name and address only of whom we may write to with them."""
        data, wishes = self.cleaned_data, self._wishes()
        return Visitor(
            name=data.get("name", "") if wishes else "",
            address=data.get("address", "") if wishes else "",
            receipt=data.get("receipt", ""),
        )
