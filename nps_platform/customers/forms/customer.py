"""One customer, by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.attributes import MAX_TEXT, customer_attributes
from nps_platform.customers.cleaning import LENGTHS
from nps_platform.customers.models import AttributeDefinition, Customer, CustomerPermission, Suppression
from nps_platform.customers.rows import AttributeValue, CustomerRow, PermissionRow, RowProblem
from nps_platform.customers.wording import row_problem
from nps_platform.tenancy.models import Language
from nps_platform.tenancy.places import countries, time_zones
from nps_platform.tenancy.templatetags.circulo import language_label
from nps_platform.tenancy.units import tree

Kind = AttributeDefinition.Kind
_PREFIX = "attribute_"
_TEXTS = ("name", "email", "phone", "language", "account", "unit", "timezone", "country")
_DATES = ("joined_on", "lost_on")


def date_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, typed with the browser's own calendar."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class CustomerForm(forms.Form):
    """Everything that is kept of a customer; what may not be is said by the action, at the field."""

    name = forms.CharField(label=_("Name"), max_length=LENGTHS["name"], required=False)
    external_id = forms.CharField(
        label=_("Customer number"),
        max_length=LENGTHS["external_id"],
        required=False,
        help_text=_("Files and programs find the customer by it; without one, by the e-mail."),
    )
    email = forms.EmailField(label=_("E-mail"), max_length=LENGTHS["email"], required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=LENGTHS["phone"], required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    account = forms.CharField(
        label=_("Account number"),
        max_length=LENGTHS["account"],
        required=False,
        help_text=_("The company this person belongs to; a new number makes a new account."),
    )
    joined_on = date_field(_("Customer since"))
    lost_on = date_field(_("Declared lost on"))
    timezone = forms.ChoiceField(label=_("Time zone"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, data: Any = None, *, customer: Customer | None = None) -> None:
        self.definitions = customer_attributes()
        super().__init__(data, initial=_initial(customer, self.definitions))
        languages = dict(Language.choices)
        if customer and customer.language and customer.language not in languages:
            languages[customer.language] = language_label(customer.language)
        self._choose("language", [("", _("The organisation's language")), *languages.items()])
        branches = [(branch.unit.code, "\u2007" * 2 * branch.depth + branch.unit.name) for branch in tree()]
        self._choose("unit", [("", _("None")), *branches])
        self._choose("timezone", [("", _("Their unit's, else the organisation's")), *time_zones()])
        self._choose("country", [("", _("Their unit's, else the organisation's")), *countries()])
        for definition in self.definitions:
            self.fields[_PREFIX + str(definition.pk)] = _attribute_field(definition)

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def attribute_fields(self) -> list[BoundField]:
        return [self[_PREFIX + str(definition.pk)] for definition in self.definitions]

    def to_row(self) -> CustomerRow:
        """What was typed; every field says something, so an empty one clears."""
        given = self.cleaned_data
        texts: dict[str, Any] = {name: given[name] for name in _TEXTS}
        dates: dict[str, Any] = {name: given[name] for name in _DATES if given[name]}
        return CustomerRow(
            external_id=given["external_id"],
            **texts,
            **dates,
            attributes={d.key: _typed(d, given[_PREFIX + str(d.pk)]) for d in self.definitions},
            clears=frozenset(name for name in _DATES if not given[name]),
        )

    def refuse(self, problems: Iterable[RowProblem]) -> None:
        """Put the action's problems at their fields."""
        by_key = {f"attributes.{d.key}"[:60]: _PREFIX + str(d.pk) for d in self.definitions}
        for problem in problems:
            name = by_key.get(problem.field, problem.field)
            self.add_error(name if name in self.fields else None, row_problem(problem.code, problem.value))


def _initial(customer: Customer | None, definitions: list[AttributeDefinition]) -> dict[str, Any]:
    if customer is None:
        return {}
    initial: dict[str, Any] = {name: getattr(customer, name) for name in ("name", "external_id", "email", "phone")}
    initial |= {"language": customer.language, "joined_on": customer.joined_on, "lost_on": customer.lost_on}
    initial |= {"timezone": customer.timezone, "country": customer.country}
    initial["account"] = customer.account.external_id if customer.account else ""
    initial["unit"] = customer.unit.code if customer.unit else ""
    for definition in definitions:
        value = customer.attributes.get(definition.key)
        if definition.kind == Kind.BOOLEAN and value is not None:
            value = "yes" if value else "no"
        initial[_PREFIX + str(definition.pk)] = value
    return initial


def _attribute_field(definition: AttributeDefinition) -> forms.Field:
    if definition.kind == Kind.NUMBER:
        number = forms.NumberInput(attrs={"step": "any"})
        return forms.DecimalField(label=definition.label, required=False, max_digits=24, widget=number)
    if definition.kind == Kind.DATE:
        return date_field(definition.label)
    if definition.kind == Kind.BOOLEAN:
        choices: list[tuple[str, Any]] = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]
        return forms.ChoiceField(label=definition.label, required=False, choices=choices)
    if definition.kind == Kind.CHOICE:
        picks = [("", _("Not known")), *((choice, choice) for choice in definition.choices)]
        return forms.ChoiceField(label=definition.label, required=False, choices=picks)
    return forms.CharField(label=definition.label, required=False, max_length=MAX_TEXT)


def _typed(definition: AttributeDefinition, value: Any) -> AttributeValue:
    if value in (None, ""):
        return None
    return value == "yes" if definition.kind == Kind.BOOLEAN else value


class PermissionForm(forms.Form):
    """What the customer said about being written to. Consent is never chosen beforehand."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=CustomerPermission.Purpose.choices)
    channel = forms.ChoiceField(label=_("Channel"), choices=CustomerPermission.Channel.choices)
    granted = forms.ChoiceField(
        label=_("The customer said"),
        choices=[("yes", _("Yes, you may")), ("no", _("No, you may not"))],
        widget=forms.RadioSelect,
    )
    basis = forms.CharField(
        label=_("Basis"), max_length=60, required=False, help_text=_("Such as contract, consent, legitimate interest.")
    )
    source = forms.CharField(label=_("Where it was said"), max_length=60, required=False)

    def to_row(self) -> PermissionRow:
        return PermissionRow(**{**self.cleaned_data, "granted": self.cleaned_data["granted"] == "yes"})


class SuppressionForm(forms.Form):
    """Stop writing to a customer's address."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            (reason.value, reason.label)
            for reason in (
                Suppression.Reason.SUPPRESSED,
                Suppression.Reason.UNSUBSCRIBED,
                Suppression.Reason.COMPLAINED,
                Suppression.Reason.BOUNCED,
            )
        ],
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
