"""Changes to a survey's content as programs tell them: by key, by class, by language; what isn't named stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from surveys.authoring.content import Condition, Content, MailTexts, Option, Question, QuestionKind, Texts, ThanksPage

Entry = Mapping[str, Any]


def with_entries(content: Content, entries: Iterable[Entry]) -> Content:
    """Questions changed by key, new ones (they bring their `kind`) appended, those with `remove` taken away.

    `position` (from 0) puts a question elsewhere; the score stays first. Raises KeyError for an unknown key without kind.
    """
    questions = list(content.questions)
    for entry in entries:
        questions = _applied(questions, entry)
    return content.with_questions(questions)


def _applied(questions: list[Question], entry: Entry) -> list[Question]:
    known = next((question for question in questions if question.key == entry["key"]), None)
    others = [question for question in questions if question is not known]
    if entry.get("remove"):
        return questions if known and known.kind == QuestionKind.NPS else others
    if known is None and "kind" not in entry:
        raise KeyError(entry["key"])
    changed = _changed(known or Question(entry["key"], entry["kind"]), entry)
    at = entry.get("position", questions.index(known) if known else len(questions))
    if changed.kind == QuestionKind.NPS:
        at = 0
    return [*others[: max(at, 1)], changed, *others[max(at, 1) :]] if at else [changed, *others]


def _changed(question: Question, entry: Entry) -> Question:
    plain = {name: entry[name] for name in ("required", "low", "high") if entry.get(name) is not None}
    if "shown" in entry:
        shown = entry["shown"]
        plain["shown"] = Condition(
            tuple(shown.get("classes", ())), shown.get("question", ""), tuple(shown.get("answers", ()))
        )
    if "options" in entry:
        plain["options"] = tuple(Option(one["key"], dict(one.get("texts", {}))) for one in entry["options"])
    return replace(question, texts=_with_texts(question.texts, entry.get("texts", {})), **plain)


def _with_texts(texts: Texts, told: Texts) -> Texts:
    """Text by text: who tells a question's words keeps the words at the ends of its scale."""
    return texts | {language: texts.get(language, {}) | dict(words) for language, words in told.items()}


def with_thanks(content: Content, thanks: Mapping[str, Texts]) -> Content:
    """Texts of the pages for everybody of a class, by language."""
    pages = {page.key: page for page in content.thanks}
    for nps_class, texts in thanks.items():
        page = pages.get(nps_class, ThanksPage(nps_class))
        pages[nps_class] = replace(page, texts=_with_texts(page.texts, texts))
    return replace(content, thanks=tuple(pages.values()))


def with_pages(content: Content, pages: Sequence[Entry]) -> Content:
    """All thank-you pages anew, in this order: the first whose class and segment fit is shown."""
    return replace(content, thanks=tuple(ThanksPage(**page) for page in pages))


def with_mail(content: Content, mail: Mapping[str, Mapping[str, str]]) -> Content:
    """The mail's own words by language."""
    merged = {language: asdict(content.mail_in(language)) | dict(texts) for language, texts in mail.items()}
    return replace(content, mail=content.mail | {language: MailTexts(**texts) for language, texts in merged.items()})


def renamed(content: Content, subject: str) -> Content:
    """What is recommended has another name now: the texts that speak of it follow."""
    before = content.subject
    if not before or not subject or before == subject:
        return replace(content, subject=subject or before)

    def told(texts: Texts) -> Texts:
        return {
            language: {name: text.replace(before, subject) for name, text in words.items()}
            for language, words in texts.items()
        }

    return replace(
        content,
        subject=subject,
        questions=tuple(replace(question, texts=told(question.texts)) for question in content.questions),
        thanks=tuple(replace(page, texts=told(page.texts)) for page in content.thanks),
        mail={one: MailTexts(**told({one: asdict(texts)})[one]) for one, texts in content.mail.items()},
    )
