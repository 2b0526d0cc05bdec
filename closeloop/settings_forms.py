"""The forms of this room's settings: causes, canned replies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closeloop.actions.talking import blanks_in
from closeloop.models import CLASSES, CannedReply, LoopSettings, Remedy, RemedyLimit, RootCause
from closeloop.models.remedies import LIMITED
from nps_platform.tenancy.models import Language
from nps_platform.tenancy.roles import Role

VARIABLES = ("customer_name", "agent_name", "programme", "company", "case_number")


class CauseForm(forms.ModelForm):
    """A cause; its key is made from the first name and stays, because programs use it."""

    class Meta:
        model = RootCause
        fields = ("name", "parent", "is_active")
        labels = {"parent": gettext_lazy("Part of"), "is_active": gettext_lazy("Can be chosen for new cases")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wholes = RootCause.objects.filter(parent=None)
        if self.instance.pk:
            wholes = wholes.exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = wholes  # type: ignore[attr-defined]
        self.fields["parent"].empty_label = _("A cause of its own")  # type: ignore[attr-defined]

    def clean_parent(self) -> RootCause | None:
        parent = self.cleaned_data["parent"]
        if parent and self.instance.pk and self.instance.children.exists():
            raise forms.ValidationError(_("This cause has parts of its own: it can't become a part."))
        return parent

    def free_key(self) -> str:
        """A key for a new cause that no other has."""
        base = slugify(self.cleaned_data["name"])[:50] or "cause"
        taken = set(RootCause.objects.filter(key__startswith=base).values_list("key", flat=True))
        return next(key for key in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; what each is allowed to be, the action says."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one]


class CannedReplyForm(forms.ModelForm):
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 9}))
    classes = forms.MultipleChoiceField(
        label=gettext_lazy("In the playbook of"),
        choices=CLASSES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Cases of these classes offer it above the text. None chosen: only the list of templates has it."
        ),
    )
    file = FilesField(
        label=gettext_lazy("Add files"),
        required=False,
        help_text=gettext_lazy("They go along with each reply that starts from it; the agent can take them off."),
    )

    class Meta:
        model = CannedReply
        fields = ("name", "folder", "language", "text", "classes", "touchpoint")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        folders = CannedReply.objects.exclude(folder="").order_by("folder").values_list("folder", flat=True).distinct()
        self.folders = list(folders)
        self.fields["folder"].widget.attrs["list"] = "folders"
        self.fields["touchpoint"].label = _("Only after this touchpoint")
        self.fields["touchpoint"].empty_label = _("Any touchpoint")  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        """Blanks that nothing fills are told now, not when an agent is about to send."""
        text = self.cleaned_data["text"]
        unknown = [name for name in blanks_in(text) if not name.startswith("[") and name.casefold() not in VARIABLES]
        if unknown:
            raise forms.ValidationError(
                _("Nothing fills these blanks: %(names)s. Known are: %(known)s."),
                params={"names": ", ".join(unknown), "known": ", ".join(VARIABLES)},
            )
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        same = CannedReply.objects.filter(name=given.get("name"), language=given.get("language"))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is a reply of this name in this language."))
        return given


class LoopSettingsForm(forms.ModelForm):
    class Meta:
        model = LoopSettings
        fields = (
            "signs",
            "shows_steps",
            "shows_solution",
            "shows_promises",
            "writes_when_resolved",
            "asks_handling",
        )
        widgets = {"signs": forms.RadioSelect, "asks_handling": forms.RadioSelect}
        help_texts = {
            "signs": gettext_lazy("On the customer's page and under our mails to them."),
            "shows_solution": gettext_lazy(
                "The words that the agent writes for the customer; notes for colleagues never."
            ),
            "writes_when_resolved": gettext_lazy(
                "The dialog proposes the mail; the agent finishes it, or leaves it out. It asks whether it is solved."
            ),
        }


class RemedyForm(forms.ModelForm):
    class Meta:
        model = Remedy
        fields = ("name", "kind", "cost", "is_active")

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if Remedy.objects.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a remedy of this name."))
        return name


class RemedyLimitsForm(forms.Form):
    """Two amounts a role; empty is no limit, 0 asks each time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {row.role: row for row in RemedyLimit.objects.all()}
        for role, label in LIMITED:
            # Who has no row yet: an agent asks each time, a manager never does.
            usual = 0 if role == Role.AGENT else None
            for name, words in _AMOUNTS:
                self.fields[f"{role}_{name}"] = forms.DecimalField(
                    label=f"{label}: {words}",
                    max_digits=12 if name == "per_month" else 10,
                    decimal_places=2,
                    min_value=0,
                    required=False,
                    initial=getattr(known[role], name) if role in known else usual,
                )

    def limits(self) -> dict[str, dict[str, Decimal | None]]:
        """Role → its two amounts."""
        return {
            role: {name: self.cleaned_data[f"{role}_{name}"] for name, _words in _AMOUNTS} for role, _label in LIMITED
        }


_AMOUNTS = (("per_grant", gettext_lazy("each time")), ("per_month", gettext_lazy("in a month")))
