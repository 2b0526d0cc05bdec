"""What a draft says otherwise than the live version, in words, for people who are about to publish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nps_platform.lib.languages import own_name
from nps_platform.lib.nps import NpsClass
from surveys.authoring.content import Condition, Content, Question, ThanksPage


@dataclass(frozen=True)
class Difference:
    """One change: `where`, what it is about, and the texts before and after (either may be empty)."""

    where: str
    what: str
    before: str = ""
    after: str = ""


def differences(live: Content, draft: Content) -> list[Difference]:
    """Every change from `live` to `draft`, in the order of the editor's parts."""
    return [
        *_order(live, draft),
        *_questions(live, draft),
        *_thanks(live, draft),
        *_mail(live, draft),
        *_settings(live, draft),
    ]


def stays_comparable(live: Content, draft: Content) -> bool:
    """Whether the score is still asked in the same words, so that its series can be read on."""
    languages = set(live.languages) & set(draft.languages)
    return all(
        live.nps.text(one, name) == draft.nps.text(one, name) for one in languages for name in ("text", "low", "high")
    )


def _order(live: Content, draft: Content) -> Iterator[Difference]:
    before = [q.key for q in live.questions if draft.question(q.key)]
    after = [q.key for q in draft.questions if live.question(q.key)]
    if before != after:
        yield Difference(_("Questions"), _("They come in another order."))


def _questions(live: Content, draft: Content) -> Iterator[Difference]:
    language = next(iter(draft.languages), "")
    for question in draft.questions:
        before = live.question(question.key)
        if before is None:
            yield Difference(_title(question, language), _("New question"), after=question.text(language))
        elif before != question:
            yield from _question(before, question, draft, language)
    for question in live.questions:
        if draft.question(question.key) is None:
            yield Difference(_title(question, language), _("No longer asked"), before=question.text(language))


def _question(before: Question, after: Question, draft: Content, language: str) -> Iterator[Difference]:
    where = _title(after, language)
    yield from _texts(where, before.texts, after.texts, draft.languages)
    for option in after.options:
        known = before.option(option.key)
        for one in draft.languages:
            if (known.text(one) if known else "") != option.text(one):
                what = _("An answer to choose, %(language)s") % {"language": own_name(one)}
                yield Difference(where, what, known.text(one) if known else "", option.text(one))
    for option in before.options:
        if after.option(option.key) is None:
            yield Difference(where, _("An answer to choose is gone"), before=option.text(language))
    if before.required != after.required:
        yield Difference(where, _("Must be answered now") if after.required else _("May be left out now"))
    if before.shown != after.shown:
        yield Difference(where, _("Shown to others"), condition_words(before.shown), condition_words(after.shown))
    if before.range != after.range:
        yield Difference(where, _("Another scale"), "{}–{}".format(*before.range), "{}–{}".format(*after.range))


def _texts(
    where: str, before: dict[str, dict[str, str]], after: dict[str, dict[str, str]], languages: tuple[str, ...]
) -> Iterator[Difference]:
    for language in languages:
        old, new = before.get(language, {}), after.get(language, {})
        for name in dict.fromkeys([*old, *new]):
            if old.get(name, "") != new.get(name, ""):
                what = _("%(text)s, %(language)s") % {"text": _field(name), "language": own_name(language)}
                yield Difference(where, what, old.get(name, ""), new.get(name, ""))


def _thanks(live: Content, draft: Content) -> Iterator[Difference]:
    for page in draft.thanks:
        before, where = live.page(page.key), _page_title(page)
        if before is None:
            yield Difference(where, _("New page"))
        elif before != page:
            yield from _texts(where, before.texts, page.texts, draft.languages)
            if (before.step, before.code, before.url) != (page.step, page.code, page.url):
                yield Difference(where, _("Another next step"), before.url or before.code, page.url or page.code)
            if before.review_url != page.review_url:
                yield Difference(where, _("Review link"), before.review_url, page.review_url)
    for page in live.thanks:
        if draft.page(page.key) is None:
            yield Difference(_page_title(page), _("No longer shown"))


def _mail(live: Content, draft: Content) -> Iterator[Difference]:
    before = {language: vars(texts) for language, texts in live.mail.items()}
    after = {language: vars(texts) for language, texts in draft.mail.items()}
    yield from _texts(_("Mail"), before, after, draft.languages)


def _settings(live: Content, draft: Content) -> Iterator[Difference]:
    if live.languages != draft.languages:
        names = [", ".join(own_name(one) for one in content.languages) for content in (live, draft)]
        yield Difference(_("Settings"), _("Languages"), *names)
    if live.subject != draft.subject:
        yield Difference(_("Settings"), _("What is recommended"), live.subject, draft.subject)


def condition_words(shown: Condition) -> str:
    """To whom a question is shown."""
    classes = ", ".join(str(NpsClass(one).label) for one in shown.classes) or _("everyone")
    if not shown.question:
        return classes
    return _("%(classes)s, after certain answers") % {"classes": classes}


def _title(question: Question, language: str) -> str:
    return question.text(language) or str(question.key)


def _page_title(page: ThanksPage) -> str:
    return _("Thank-you page, %(name)s") % {"name": NpsClass(page.nps_class).label}


def _field(name: str) -> str:
    return {
        "text": _("Question"),
        "help": _("Help"),
        "low": _("Words at the low end"),
        "high": _("Words at the high end"),
        "title": _("Title"),
        "body": _("Text"),
        "step": _("Text of the next step"),
        "label": _("Words on the button"),
        "subject": _("Subject"),
        "greeting": _("Greeting"),
        "intro": _("Opening"),
        "signature": _("Signature"),
        "reminder": _("Opening of the reminder"),
        "sms": _("Text of the SMS"),
        "sms_reminder": _("Text of the reminder's SMS"),
        "whatsapp": _("Approved WhatsApp template"),
    }.get(name, name)
