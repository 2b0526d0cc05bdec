"""Which entries of the audit log are wanted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from nps_platform.tenancy.audit_words import KINDS
from nps_platform.tenancy.models import AuditEntry, Membership, Organization


class AuditFilterForm(forms.Form):
    """By who did it and by what it was done to; anything unreadable in the address is simply no filter."""

    who = forms.ModelChoiceField(
        queryset=Membership.objects.none(), required=False, empty_label=pgettext_lazy("people", "Everyone")
    )
    kind = forms.ChoiceField(required=False)

    def __init__(self, data: Any, *, organization: Organization) -> None:
        super().__init__(data)
        who, kind = self.fields["who"], self.fields["kind"]
        assert isinstance(who, forms.ModelChoiceField) and isinstance(kind, forms.ChoiceField)
        who.queryset = organization.memberships.select_related("user").order_by("user__name")
        words = sorted(((name, str(one.word)) for name, one in KINDS.items()), key=lambda pair: pair[1])
        kind.choices = [("", pgettext_lazy("audited objects", "Everything")), *words]
        self.is_valid()

    def chosen(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """The wanted ones of `entries`."""
        if who := self.cleaned_data.get("who"):
            entries = entries.filter(actor=who)
        if kind := self.cleaned_data.get("kind"):
            entries = entries.filter(target_kind=kind)
        return entries

    @property
    def wanted(self) -> str:
        """What is filtered, for an address; empty where nothing is."""
        given = {"who": getattr(self.cleaned_data.get("who"), "pk", ""), "kind": self.cleaned_data.get("kind")}
        return urlencode({name: value for name, value in given.items() if value})
