"""The form of an alert rule; what makes no sense in one, for the page and the API alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closeloop.models import CLASSES, AlertRule, ChatRoom
from closeloop.recipients import case_workers
from closeloop.wording import endpoint_name
from nps_platform.tenancy.models import Membership
from nps_platform.webhooks.models import Endpoint

MOST_WORDS = 50
MOST_DAYS = 90
RULE_FIELDS = (
    "name", "trigger", "no_answer_days", "match", "classes", "score_from", "score_to", "words", "segment", "survey",
    "touchpoint", "unit", "value_from", "value_to", "only_if_contact_wanted",
    "opens_case", "priority", "handing", "team", "assignee", "sends_alert",
)  # fmt: skip
# What only an answer can meet, and only an answer can bring, with what stands for "not asked".
ANSWERS_ONLY = ("classes", "score_from", "score_to", "words", "only_if_contact_wanted", "opens_case")


class WordsField(forms.CharField):
    """Words and phrases, one a line or with commas between them; kept as a list."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        given = (super().to_python(value) or "").replace("\n", ",").split(",")
        words = list(dict.fromkeys(word.strip() for word in given if word.strip()))
        if len(words) > MOST_WORDS or any(len(word) > 60 for word in words):
            raise forms.ValidationError(_("At most 50 words or phrases, each of 60 characters or less."))
        return words


class EndpointsField(forms.ModelMultipleChoiceField):
    """An address can hold a secret in its path: without a name of its own the host stands for it."""

    def label_from_instance(self, obj: Any) -> str:
        return endpoint_name(obj)


class AlertRuleForm(forms.ModelForm):
    classes = forms.MultipleChoiceField(
        label=gettext_lazy("The answer is of"),
        choices=CLASSES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: any class."),
    )
    score_from = forms.IntegerField(label=gettext_lazy("Score from"), min_value=0, max_value=10, required=False)
    score_to = forms.IntegerField(label=gettext_lazy("Score to"), min_value=0, max_value=10, required=False)
    words = WordsField(
        label=gettext_lazy("The comment says one of these words"),
        required=False,
        help_text=gettext_lazy("Whole words or phrases, with commas between them; accents and capitals don't matter."),
    )

    trigger = forms.ChoiceField(
        label=gettext_lazy("what it waits for"),
        choices=AlertRule.Trigger,
        required=False,
        initial=AlertRule.Trigger.ANSWER,
    )
    no_answer_days = forms.IntegerField(
        label=gettext_lazy("days without an answer"), min_value=1, max_value=MOST_DAYS, required=False
    )
    rooms: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Tell these chat rooms"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    webhooks: forms.ModelMultipleChoiceField = EndpointsField(
        label=gettext_lazy("Tell these webhooks"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    match = forms.ChoiceField(
        label=gettext_lazy("how many conditions"), choices=AlertRule.Match, required=False, initial=AlertRule.Match.ALL
    )
    handing = forms.ChoiceField(
        label=gettext_lazy("whose the case is"),
        choices=AlertRule.Handing,
        required=False,
        initial=AlertRule.Handing.NAMED,
    )

    class Meta:
        model = AlertRule
        fields = RULE_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rooms"].queryset = ChatRoom.objects.all()  # type: ignore[attr-defined]
        self.fields["webhooks"].queryset = Endpoint.objects.all()  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["webhooks"] = list(self.instance.endpoints.values_list("endpoint", flat=True))
            self.initial["rooms"] = list(self.instance.rooms.values_list("room", flat=True))
        workers = [worker.pk for worker in case_workers()]
        self.fields["assignee"].queryset = Membership.objects.filter(pk__in=workers).select_related("user")  # type: ignore[attr-defined]
        for name, nothing in (
            ("segment", _("Any customer")),
            ("survey", _("Any survey")),
            ("touchpoint", _("Any touchpoint")),
            ("unit", _("Any unit")),
            ("team", _("No team")),
            ("assignee", _("Nobody yet")),
        ):
            self.fields[name].empty_label = nothing  # type: ignore[attr-defined]

    def clean_trigger(self) -> str:
        return self.cleaned_data["trigger"] or AlertRule.Trigger.ANSWER

    def clean_no_answer_days(self) -> int:
        return self.cleaned_data["no_answer_days"] or 7

    def clean_match(self) -> str:
        return self.cleaned_data["match"] or AlertRule.Match.ALL

    def clean_handing(self) -> str:
        return self.cleaned_data["handing"] or AlertRule.Handing.NAMED

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("trigger") not in (None, AlertRule.Trigger.ANSWER):
            given |= not_asked()  # the page hides these
            for name in ANSWERS_ONLY:
                self.errors.pop(name, None)
        for field, problem in rule_problems(given).items():
            self.add_error(field, problem)
        return given


def not_asked() -> dict[str, Any]:
    """ANSWERS_ONLY of a rule that waits for something else."""
    empty: dict[str, Any] = {"classes": [], "score_from": None, "score_to": None, "words": []}
    return empty | {"only_if_contact_wanted": False, "opens_case": False}


def rule_problems(given: Mapping[str, Any]) -> dict[str, str]:
    """What makes no sense together, at the field where it is mended; the page's form and the API ask alike."""
    problems = {}
    for name in ("score", "value"):
        low, high = given.get(f"{name}_from"), given.get(f"{name}_to")
        if low is not None and high is not None and low > high:
            problems[f"{name}_to"] = _("The upper end lies below the lower one.")
    if given.get("handing") == AlertRule.Handing.IN_TURN and not given.get("team"):
        problems["team"] = _("Choose the team whose people take turns.")
    opens_nothing = given.get("trigger") not in (None, AlertRule.Trigger.ANSWER)
    if opens_nothing and not any(given.get(way) for way in ("sends_alert", "rooms", "webhooks")):
        problems["sends_alert"] = _("It opens no case: say who is told.")
    return problems
