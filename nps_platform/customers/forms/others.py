"""Accounts, attribute definitions, and the filter above the customers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.attributes import MAX_TEXT
from nps_platform.customers.models import Account, AttributeDefinition, Segment
from nps_platform.tenancy.models import Membership, Unit
from nps_platform.tenancy.scope import current_organization

MAX_CHOICES = 100


class AccountForm(forms.ModelForm):
    class Meta:
        model = Account
        fields = ["name", "external_id", "unit", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, owner = self.fields["unit"], self.fields["owner"]
        assert isinstance(unit, forms.ModelChoiceField)
        assert isinstance(owner, forms.ModelChoiceField)
        unit.queryset = Unit.objects.order_by("name")
        colleagues = Membership.objects.filter(organization=current_organization(), is_active=True)
        owner.queryset = colleagues.select_related("user").order_by("user__name")

    def clean_external_id(self) -> str:
        number = self.cleaned_data["external_id"]
        if Account.objects.filter(external_id=number).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another account has this number."))
        return number


class AttributeForm(forms.ModelForm):
    """An attribute's name and type; the type of one that exists stays, so that its values stay readable."""

    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line; only for the type “choice”."),
    )

    class Meta:
        model = AttributeDefinition
        fields = ["label", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["choices"] = "\n".join(self.instance.choices)
        if self.instance.pk:
            del self.fields["kind"]
            if self.instance.kind != AttributeDefinition.Kind.CHOICE:
                del self.fields["choices"]

    def clean_label(self) -> str:
        label = self.cleaned_data["label"].strip()
        if AttributeDefinition.objects.filter(label__iexact=label).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is an attribute of this name already."))
        return label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        choices = list(dict.fromkeys(line.strip() for line in cleaned.get("choices", "").splitlines() if line.strip()))
        kind = cleaned.get("kind", self.instance.kind)
        if kind == AttributeDefinition.Kind.CHOICE and "choices" in self.fields:
            if not choices:
                self.add_error("choices", _("Write at least one choice."))
            if len(choices) > MAX_CHOICES or any(len(choice) > MAX_TEXT for choice in choices):
                self.add_error("choices", _("At most 100 choices, each at most 1,000 characters."))
            self.instance.choices = choices
        return cleaned


class FilterForm(forms.Form):
    """The customers that are wanted; anything unreadable in the address is simply no filter."""

    q = forms.CharField(required=False, max_length=200)
    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), required=False)
    segment = forms.ModelChoiceField(queryset=Segment.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("unit", Unit.objects.order_by("name")), ("segment", Segment.objects.order_by("name"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
