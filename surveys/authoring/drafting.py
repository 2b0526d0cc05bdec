"""What the editor does to a draft's questions and pages: pure changes of content, for `edit_draft`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count

from nps_platform.tenancy.scope import current_organization
from surveys.authoring.content import Content, Option, Question, QuestionKind, ThanksPage
from surveys.authoring.starting import contact_question
from surveys.authoring.wording import filled, has_own_words, wording

MOST_QUESTIONS = 30
# A page for a segment starts with these words of the page for everybody of its class.
PAGE_WORDS = ("title", "body")


def blocks(content: Content) -> list[list[Question]]:
    """The questions as the outline moves them: those that share the comment's box and follow each other go together."""
    shared = {question.key for question in content.comments if question.shown.classes}
    found: list[list[Question]] = []
    for question in content.questions:
        if question.key in shared and found and found[-1][-1].key in shared:
            found[-1].append(question)
        else:
            found.append([question])
    return found


def moved(content: Content, key: str, to: int) -> Content:
    """With the block of question `key` at place `to` among the blocks; the score stays first."""
    groups = blocks(content)
    group = next((one for one in groups if key in [question.key for question in one]), None)
    if group is None or group is groups[0] or to < 1:
        return content
    others = [one for one in groups if one is not group]
    ordered = [*others[:to], group, *others[to:]]
    return content.with_questions(question for one in ordered for question in one)


def place_of(content: Content, key: str) -> int:
    """Where the block of question `key` stands; 0 is the score's."""
    for place, group in enumerate(blocks(content)):
        if key in [question.key for question in group]:
            return place
    return 0


def added(content: Content, kind: str, after: str = "") -> tuple[Content, str]:
    """With a new question behind `after` (else at the end, before the consent), in our ready-made words; and its key."""
    key = _free_key(kind, (question.key for question in content.questions))
    question = _fresh(content, kind, key)
    groups = blocks(content)
    place = place_of(content, after) if content.question(after) else len(groups) - 1
    if not content.question(after) and groups[-1][0].kind == QuestionKind.CONTACT:
        place -= 1
    ordered = [*groups[: place + 1], [question], *groups[place + 1 :]]
    return content.with_questions(one for group in ordered for one in group), key


def removed(content: Content, key: str) -> Content:
    """Without question `key`; the score stays."""
    return content.with_questions(q for q in content.questions if q.key != key or q.kind == QuestionKind.NPS)


def with_options(question: Question, lines: Sequence[str], language: str) -> Question:
    """The answers to choose from as `lines` in the original language. A line that was there keeps its key, and so does one
    that only reads differently."""
    known = {option.text(language): option for option in question.options}
    same_length = len(lines) == len(question.options)
    kept: list[Option] = []
    for place, line in enumerate(lines):
        option = known.get(line)
        if option is None and same_length and question.options[place].text(language) not in lines:
            option = question.options[place]
        taken = [*(one.key for one in question.options), *(one.key for one in kept)]
        option = option or Option(_free_key("answer", taken))
        kept.append(replace(option, texts=option.texts | {language: line}))
    return replace(question, options=tuple(kept))


def with_page(content: Content, nps_class: str, segment: int) -> Content:
    """With a thank-you page for a class's customers of a segment, starting as the page for everybody of the class."""
    page = next((one for one in content.thanks if one.nps_class == nps_class and not one.segment), None)
    words = {one: {name: told.get(name, "") for name in PAGE_WORDS} for one, told in page.texts.items()} if page else {}
    fresh = ThanksPage(nps_class, segment, review_url=page.review_url if page else "", texts=words)
    if content.page(fresh.key):
        return content
    return replace(content, thanks=(*content.thanks, fresh))


def without_page(content: Content, key: str) -> Content:
    """Without a segment's thank-you page; the page for everybody of a class stays."""
    return replace(content, thanks=tuple(page for page in content.thanks if page.key != key or not page.segment))


def _fresh(content: Content, kind: str, key: str) -> Question:
    organization = current_organization()
    if kind == QuestionKind.CONTACT:
        return replace(contact_question(content.languages, organization), key=key)
    names = {"subject": content.subject}
    ready = {one: wording(one, organization)["add"].get(kind, {}) for one in content.languages if has_own_words(one)}
    texts = {one: {name: filled(text, names) for name, text in told.items()} for one, told in ready.items()}
    return Question(key, kind, texts)


def _free_key(stem: str, taken: Iterable[str]) -> str:
    used = set(taken)
    if stem not in used and stem != "answer":
        return stem
    return next(key for number in count(1) if (key := f"{stem}-{number}") not in used)
