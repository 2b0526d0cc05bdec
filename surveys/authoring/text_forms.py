"""The editor's forms of what is not a question: the thank-you pages and the mail, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Segment
from nps_platform.lib.nps import NpsClass
from nps_platform.messaging.gateway.interface import TEMPLATE_NUMBER
from surveys.authoring.content import CLASSES, LONGEST, Content, MailTexts, NextStep, ThanksPage
from surveys.authoring.merging import with_mail
from surveys.models import SurveyKind

PAGE_TEXTS = ("title", "body", "step_text", "label")
PAGE_FIELDS = ("title", "body", "step", "step_text", "code", "label", "url")


@dataclass(frozen=True)
class PageGroup:
    """One page's fields by their short names, with what the original says."""

    page: ThanksPage
    segment: str
    fields: dict[str, forms.BoundField]
    original: dict[str, str]

    @property
    def name(self) -> str:
        label = str(NpsClass(self.page.nps_class).label)
        return f"{label} · {self.segment}" if self.segment else label


class ThanksForm(forms.Form):
    """The pages after the answer: one per class, more for segments; a next step each, and a review link for everyone."""

    review_url = forms.URLField(
        label=_("Public review link"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_(
            "Shown after every score alike, without reward: asking only promoters for reviews breaks the sites' rules."
        ),
    )

    def __init__(self, data: Any = None, *, content: Content, language: str, first: str, kind: str) -> None:
        links = {page.review_url for page in content.thanks} - {""}
        super().__init__(data, initial={"review_url": next(iter(sorted(links)), "")})
        self.content, self.language, self.first = content, language, first
        self._segments = dict(
            Segment.objects.filter(pk__in=[p.segment for p in content.thanks if p.segment]).values_list("pk", "name")
        )
        for page in content.thanks:
            self._add_page(page, _steps(kind))

    def _add_page(self, page: ThanksPage, steps: Sequence[tuple[str, Any]]) -> None:
        def words(name: str) -> str:
            return page.texts.get(self.language, {}).get(name, "")

        def text(label: Any, length: int, initial: str, **told: Any) -> forms.CharField:
            return forms.CharField(label=label, max_length=length, required=False, initial=initial, **told)

        rows = forms.Textarea(attrs={"rows": 3})
        found: dict[str, forms.Field] = {
            "title": text(_("Title"), LONGEST["title"], words("title")),
            "body": text(_("Text"), LONGEST["body"], words("body"), widget=rows),
            "step": forms.ChoiceField(label=_("Next step"), choices=steps, required=False, initial=page.step),
            "step_text": text(_("Text of the next step"), LONGEST["step"], words("step")),
            "code": text(
                _("Code"),
                60,
                page.code,
                help_text=_(
                    "{{customer}} becomes the customer's number in your system. Who answers by an open link without being "
                    "known gets no such code."
                ),
            ),
            "label": text(_("Words on the button"), LONGEST["label"], words("label")),
            "url": text(_("Where it leads"), 300, page.url, help_text=_("Begins with https://")),
        }
        for name, field in found.items():
            self.fields[f"{page.key}_{name}"] = field

    @property
    def essential(self) -> tuple[str, ...]:
        return tuple(f"{page.key}_title" for page in self.content.thanks)

    @property
    def written(self) -> list[str]:
        """The fields that hold customers' words in the edited language."""
        return [f"{page.key}_{name}" for page in self.content.thanks for name in PAGE_TEXTS]

    def groups(self) -> list[PageGroup]:
        """The pages by class, those for a segment first, as they are looked through."""
        order = [c.value for c in CLASSES]
        pages = sorted(self.content.thanks, key=lambda page: (order.index(page.nps_class), page.segment is None))
        return [
            PageGroup(
                page,
                self._segments.get(page.segment, "") if page.segment else "",
                {name: self[f"{page.key}_{name}"] for name in PAGE_FIELDS},
                {} if self.first == self.language else page.texts.get(self.first, {}),
            )
            for page in pages
        ]

    def changed(self, content: Content) -> Content:
        """`content` with what was typed."""
        return replace(content, thanks=tuple(self._page(page) for page in content.thanks))

    def _page(self, page: ThanksPage) -> ThanksPage:
        if f"{page.key}_title" not in self.fields:
            return page
        said = {name: self.cleaned_data[f"{page.key}_{name}"] for name in PAGE_FIELDS}
        words = {"title": said["title"], "body": said["body"], "step": said["step_text"], "label": said["label"]}
        kept = page.texts.get(self.language, {}) | words
        return replace(
            page,
            step=said["step"],
            code=said["code"],
            url=said["url"],
            review_url=self.cleaned_data["review_url"],
            texts=page.texts | {self.language: kept},
        )


class SegmentPageForm(forms.Form):
    """A further page for a class's customers of one segment."""

    nps_class = forms.ChoiceField(label=_("Class"), choices=[(c.value, c.label) for c in CLASSES])
    segment: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Segment"), queryset=Segment.objects.all())


class MailForm(forms.Form):
    """The invitation's own words; the frame around them is the product's."""

    subject = forms.CharField(label=_("Subject"), max_length=120, required=False)
    greeting = forms.CharField(
        label=_("Greeting"),
        max_length=120,
        required=False,
        help_text=_("{{first_name}} becomes the customer's first name; who has none gets the plain greeting."),
    )
    intro = forms.CharField(
        label=_("Opening"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    signature = forms.CharField(
        label=_("Signature"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reminder = forms.CharField(
        label=_("Opening of the reminder"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in place of the opening when we write again."),
    )
    sms = forms.CharField(
        label=_("Text of the SMS"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The link and how to stop follow it. Empty: our own words."),
    )
    sms_reminder = forms.CharField(
        label=_("Text of the reminder's SMS"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    whatsapp = forms.RegexField(
        rf"\A{TEMPLATE_NUMBER}\Z",
        label=_("Approved WhatsApp template"),
        max_length=34,
        required=False,
        help_text=_(
            "Its number, HX…: {{1}} becomes the first name, {{2}} your programme, {{3}} the link. Empty: the organisation's."
        ),
        error_messages={
            "invalid": _("A template's number is HX and 32 letters a–f or digits."),
            "max_length": _("A template's number is HX and 32 letters a–f or digits."),
        },
    )
    essential = ("subject", "intro", "signature")

    def __init__(self, data: Any = None, *, content: Content, language: str, first: str) -> None:
        super().__init__(data, initial=vars(content.mail_in(language)))
        self.content, self.language, self.first = content, language, first

    def text_rows(self) -> list[forms.BoundField]:
        return list(self)

    @property
    def written(self) -> list[str]:
        """The fields that hold customers' words in the edited language."""
        return list(self.fields)

    def original_of(self, name: str) -> str:
        """What the survey's first language says in the field `name`."""
        if self.first == self.language or name not in MailTexts.__dataclass_fields__:
            return ""
        return str(getattr(self.content.mail_in(self.first), name))

    def changed(self, content: Content) -> Content:
        """`content` with what was typed."""
        return with_mail(content, {self.language: dict(self.cleaned_data)})


def _steps(kind: str) -> list[tuple[str, Any]]:
    """Employees answer anonymously: nobody can be promised a call, or given a code of their own."""
    personal = (NextStep.CONTACT, NextStep.REFERRAL) if kind == SurveyKind.EMPLOYEE else ()
    return [(value, label) for value, label in NextStep.choices if value not in personal]
