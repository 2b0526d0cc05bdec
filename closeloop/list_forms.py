"""What people fill in over the list: its filters, lists kept under a name, tags, and the same done to many cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closeloop.forms import LONGEST_TEXT, begin_at
from closeloop.models import CLASSES, CannedReply, Priority, SavedView, Tag
from closeloop.models.tags import LONGEST_TAG
from nps_platform.tenancy.models import Membership, Team, TeamMember, Unit
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import current_organization
from surveys.models import Survey, Touchpoint

VIEW_NAMES = (
    ("open", _("All open")),
    ("mine", pgettext_lazy("cases", "Mine")),
    ("unassigned", pgettext_lazy("cases", "Unassigned")),
    ("overdue", pgettext_lazy("cases", "Overdue")),
    ("resolved", pgettext_lazy("cases", "Resolved")),
)
ORDER_NAMES = (("due", _("Due first")), ("value", _("Value at risk")), ("newest", _("Newest first")))
CONTACT_NAMES = (
    ("", _("Done or due")),
    ("late", pgettext_lazy("first contact", "Overdue")),
    ("soon", pgettext_lazy("first contact", "Due within a day")),
)
WHOSE_NAMES = (("", pgettext_lazy("cases", "Everybody's")), ("around", _("Mine, my teams' and nobody's")))
BULK_NAMES = (("assign", _("Assign…")), ("tag", _("Tag…")), ("reply", _("Reply…")), ("resolve", _("Resolve…")))
WISH_NAMES = (
    ("", pgettext_lazy("contact wish", "Any")),
    ("yes", _("Wants to be contacted")),
    ("no", _("Asked not to be contacted")),
)


class InboxFilterForm(forms.Form):
    """The inbox's address, read field by field: what can't be read is left out."""

    q = forms.CharField(label=_("Search"), max_length=200, required=False)
    view = forms.ChoiceField(choices=VIEW_NAMES, required=False)
    order = forms.ChoiceField(label=_("Order"), choices=ORDER_NAMES, required=False)
    nps_class = forms.ChoiceField(label=_("Class"), choices=[("", _("All classes")), *CLASSES], required=False)
    survey = forms.ModelChoiceField(
        Survey.objects.all(), label=_("Survey"), required=False, empty_label=_("All surveys")
    )
    touchpoint = forms.ModelChoiceField(
        Touchpoint.objects.all(), label=_("Touchpoint"), required=False, empty_label=_("All touchpoints")
    )
    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("Unit"), required=False, empty_label=_("All units"))
    team = forms.ModelChoiceField(Team.objects.all(), label=_("Team"), required=False, empty_label=_("All teams"))
    person = forms.ModelChoiceField(
        Membership.objects.none(), label=_("Person"), required=False, empty_label=_("Everybody")
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=[("", _("All priorities")), *Priority.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    tag = forms.ModelChoiceField(Tag.objects.all(), label=_("Tag"), required=False, empty_label=_("All tags"))
    contact = forms.ChoiceField(label=_("First contact"), choices=CONTACT_NAMES, required=False)
    solution = forms.ChoiceField(label=_("Solution"), choices=CONTACT_NAMES, required=False)
    wish = forms.ChoiceField(label=_("Contact wish"), choices=WISH_NAMES, required=False)
    whose = forms.ChoiceField(label=_("Whose"), choices=WHOSE_NAMES, required=False)
    value_from = forms.DecimalField(
        label=_("12 months' revenue from"), min_value=0, max_digits=12, decimal_places=2, required=False
    )
    opened_from = forms.DateField(
        label=_("Opened from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    opened_to = forms.DateField(
        label=_("Opened up to"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, reader: Membership | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Membership.objects.filter(organization=current_organization()).select_related("user")
        self.fields["person"].queryset = people.order_by("user__name", "user__email")  # type: ignore[attr-defined]
        if reader is None or not reader.may(Right.MONEY):
            del self.fields["value_from"]


class SavedViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ("name", "sharing", "team")

    def __init__(self, *args: Any, person: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sharing"].label = _("Who sees it")
        teams = Team.objects.all()
        if not person.may(Right.SETTINGS):
            teams = teams.filter(pk__in=TeamMember.objects.filter(membership=person).values("team"))
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("No team")  # type: ignore[attr-defined]
        begin_at(self, "name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("sharing") == SavedView.Sharing.TEAM and not cleaned.get("team"):
            self.add_error("team", _("Choose the team that sees it."))
        return cleaned


class _NewTags(forms.CharField):
    """Names with commas between."""

    def clean(self, value: Any) -> Any:
        names = [name for part in super().clean(value).split(",") if (name := " ".join(part.split()))]
        if too_long := next((name for name in names if len(name) > LONGEST_TAG), None):
            raise forms.ValidationError(
                _now("A tag has 40 letters at most: “%(name)s” is longer.") % {"name": too_long[:60]}
            )
        return names


def _new_tags() -> _NewTags:
    return _NewTags(
        label=_("New tags"), help_text=_("With commas between: invoice, bad line"), max_length=400, required=False
    )


class TagForm(forms.Form):
    """The tags that one case carries."""

    tags = forms.ModelMultipleChoiceField(
        Tag.objects.all(), label=_("Tags"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new = _new_tags()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin_at(self, "new")


class BulkTagForm(forms.Form):
    """Tags to put on many cases, and to take off them."""

    new = _new_tags()
    add = forms.ModelMultipleChoiceField(
        Tag.objects.all(), label=_("Put on"), required=False, widget=forms.CheckboxSelectMultiple
    )
    remove = forms.ModelMultipleChoiceField(
        Tag.objects.all(), label=_("Take off"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin_at(self, "new")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in ("new", "add", "remove")):
            self.add_error("new", _("Name a tag, or choose one."))
        return cleaned


class BulkReplyForm(forms.Form):
    """One text to many customers; blanks are filled for each."""

    canned = forms.ModelChoiceField(
        CannedReply.objects.all(), label=_("Start from"), required=False, empty_label=_("An empty text")
    )
    text = forms.CharField(
        label=_("Text"),
        help_text=_(
            "{{customer_name}} becomes each customer's name; {{customer_name|customer}} says what stands without one."
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin_at(self, "text")
