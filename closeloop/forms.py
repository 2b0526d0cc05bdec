"""What people fill in while they work a case; the settings' forms are in settings_forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from closeloop.actions.forwarding import DAYS, HIDEABLE, MOST_DAYS, MOST_REMINDERS, USUAL_REMINDERS, USUALLY_HIDDEN
from closeloop.models import CannedReply, Draft, Outcome, RootCause
from closeloop.promise_forms import PromiseFields
from closeloop.recipients import case_workers
from closeloop.resolution import Letter
from nps_platform.tenancy.models import Membership, Team
from nps_platform.tenancy.roles import Right

LONGEST_TEXT = 10_000
# A whole, then its parts.
CAUSE_ORDER = (
    Coalesce("parent__position", "position"),
    Coalesce("parent_id", "id"),
    F("parent_id").asc(nulls_first=True),
    "position",
    "id",
)
CALL_NAMES = (
    ("spoken", _("We spoke")),
    ("no_answer", _("No answer")),
    ("voicemail", _("Left a voicemail")),
    ("wrong_number", _("Wrong number")),
)
HIDEABLE_NAMES = {
    "name": _("The customer's name"),
    "contact": _("E-mail and telephone"),
    "account": _("The company they belong to"),
    "comment": _("What they wrote"),
    "value": _("What they are worth"),
}


class DraftForm(forms.Form):
    """Words on their way, as they stand: blanks and line ends included."""

    tab = forms.ChoiceField(choices=Draft.Tab.choices)
    text = forms.CharField(max_length=LONGEST_TEXT, required=False, strip=False)


class TextForm(forms.Form):
    """Something written: a reply, a note, an answer."""

    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )


class ReplyForm(PromiseFields, TextForm):
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    canned = forms.ModelChoiceField(CannedReply.objects.all(), required=False, widget=forms.HiddenInput)


class CallForm(PromiseFields, TextForm):
    """How a call went; what was said may stay empty."""

    outcome = forms.ChoiceField(label=_("How did it go?"), choices=CALL_NAMES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False


def begin_at(form: forms.BaseForm, name: str) -> None:
    """The field that has the focus when the form's dialog opens."""
    form.fields[name].widget.attrs["autofocus"] = True


class AssignForm(forms.Form):
    """A person, a team, both, or neither: back to everybody."""

    assignee = forms.ModelChoiceField(
        Membership.objects.none(), label=_("Person"), required=False, empty_label=_("Nobody yet")
    )
    team = forms.ModelChoiceField(Team.objects.all(), label=_("Team"), required=False, empty_label=_("No team"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = [worker.pk for worker in case_workers()]
        people = Membership.objects.filter(pk__in=workers).select_related("user").order_by("user__name", "user__email")
        self.fields["assignee"].queryset = people  # type: ignore[attr-defined]
        begin_at(self, "assignee")


class ForwardForm(forms.Form):
    email = forms.EmailField(label=_("E-mail of whoever can help"), max_length=254)
    text = forms.CharField(
        label=_("What you need from them"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    hidden = forms.MultipleChoiceField(
        label=_("Leave out"),
        choices=[(name, HIDEABLE_NAMES[name]) for name in HIDEABLE],
        required=False,
        initial=USUALLY_HIDDEN,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=_("The link works for, days"), min_value=1, max_value=MOST_DAYS, initial=DAYS)
    remind_every = forms.IntegerField(
        label=_("Remind them every, business days"),
        help_text=_("Until they answer or the link closes. Empty: no reminders."),
        min_value=1,
        max_value=30,
        required=False,
    )
    reminders = forms.IntegerField(
        label=_("At most, reminders"), min_value=1, max_value=MOST_REMINDERS, initial=USUAL_REMINDERS, required=False
    )

    def clean_reminders(self) -> int:
        return self.cleaned_data["reminders"] or USUAL_REMINDERS

    def __init__(self, *args: Any, reader: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin_at(self, "email")
        if not reader.may(Right.MONEY):
            shown = [(name, HIDEABLE_NAMES[name]) for name in HIDEABLE if name != "value"]
            self.fields["hidden"].choices = shown  # type: ignore[attr-defined]


class CauseField(forms.ModelChoiceField):
    """Causes as a tree: a part stands behind its whole."""

    def label_from_instance(self, cause: RootCause) -> str:
        return f"{cause.parent.name} › {cause.name}" if cause.parent else cause.name


class ClosingForm(forms.Form):
    """What a case needs to be closed, one or many."""

    root_cause = CauseField(RootCause.objects.none(), label=_("Root cause"), empty_label=_("Choose what was behind it"))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", _("Choose how it ended")), *Outcome.choices])
    text = forms.CharField(
        label=_("What was done"),
        help_text=_("For colleagues; the customer doesn't see it."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_use = RootCause.objects.filter(is_active=True).exclude(parent__is_active=False).select_related("parent")
        self.fields["root_cause"].queryset = in_use.order_by(*CAUSE_ORDER)  # type: ignore[attr-defined]
        begin_at(self, "root_cause")


class ResolveForm(PromiseFields, ClosingForm):
    """One case, with what its customer reads."""

    told = forms.CharField(
        label=_("What the customer reads"),
        help_text=_(
            "On their page, and in a mail that asks whether it is solved. Left empty, they read nothing of it."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    sends_mail = forms.BooleanField(label=_("Send it to them by e-mail"), required=False)

    field_order = ("root_cause", "outcome", "told", "sends_mail", "text")

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["told"].initial, self.fields["sends_mail"].initial = letter.text, letter.sends
        if letter.unreachable:
            del self.fields["sends_mail"]
            self.fields["told"].help_text = _("On their page alone: no mail can go. %(why)s") % {
                "why": letter.unreachable
            }

    def clean(self) -> dict[str, Any]:
        """A draft that nobody touched and nobody sends is no word to the customer."""
        given = super().clean() or {}
        draft = str(self.fields["told"].initial or "").strip()
        if draft and not given.get("sends_mail") and given.get("told", "").replace("\r\n", "\n") == draft:
            given["told"] = ""
        if given.get("sends_mail") and not given.get("told"):
            self.add_error("told", _("Write what the customer is to read, or send them no mail."))
        return given


class ReopenForm(forms.Form):
    text = forms.CharField(
        label=_("Why it isn't over"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin_at(self, "text")
