"""What keeps a survey from being published: every text in every language, and rules that make sense together."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from nps_platform.customers.models import Segment
from nps_platform.lib.languages import own_name
from nps_platform.lib.words import blanks
from surveys.authoring.content import (
    BRANCHING,
    LONGEST_SCALE,
    NUMBERS,
    WITH_OPTIONS,
    Content,
    NextStep,
    Question,
    QuestionKind,
    ThanksPage,
)
from surveys.authoring.wording import has_own_words
from surveys.models import Survey, SurveyKind

SETTINGS, THANKS, MAIL = "settings", "thanks", "mail"
MAIL_BLANKS = frozenset({"first_name"})
MIN_OPTIONS = 2
# Where the public reviews its suppliers: a link there for some classes only is the same as a review link for them.
REVIEW_SITES = (
    "g.page",
    "google.",
    "maps.app.goo.gl",
    "trustpilot.",
    "tripadvisor.",
    "yelp.",
    "facebook.com",
    "capterra.",
    "g2.com",
    "trustedshops.",
    "opinioni.",
    "apps.apple.com",
    "play.google.com",
)


@dataclass(frozen=True)
class Problem:
    """One thing that is missing or wrong. `part` is the editor's place ("mail", "thanks", a question's key)."""

    part: str
    language: str
    message: str


def problems(survey: Survey, content: Content | None = None) -> list[Problem]:
    """Everything that keeps `content` (the draft, unless given) from being published as `survey`; [] when it may go out."""
    content = content or survey.draft_content
    if not content.languages:
        return [Problem(SETTINGS, "", _("Choose at least one language."))]
    found = [problem for language in content.languages for problem in _texts_in(content, language)]
    if survey.kind != SurveyKind.EMPLOYEE:  # they are never mailed
        found += [problem for language in content.languages for problem in _mail_problems(content, language)]
    return [*found, *_kind_problems(survey, content), *_structure(content), *_review_problems(content)]


def _texts_in(content: Content, language: str) -> list[Problem]:
    found = [problem for question in content.questions for problem in _question_problems(question, language)]
    found += [
        Problem(THANKS, language, _("A thank-you page has no title in %(language)s.") % _named(language))
        for page in content.thanks
        if not page.text(language, "title")
    ]
    return found + [
        Problem(THANKS, language, _("The button of an offer has no words in %(language)s.") % _named(language))
        for page in content.thanks
        if page.step == NextStep.OFFER and not page.text(language, "label")
    ]


def _question_problems(question: Question, language: str) -> list[Problem]:
    found = []
    if not question.text(language):
        found.append(Problem(question.key, language, _("The question has no text in %(language)s.") % _named(language)))
    if question.kind in NUMBERS and not _has_ends(question, language):
        message = _("The ends of the scale have no words in %(language)s.") % _named(language)
        found.append(Problem(question.key, language, message))
    if question.kind in WITH_OPTIONS and any(not option.text(language) for option in question.options):
        message = _("An answer to choose has no words in %(language)s.") % _named(language)
        found.append(Problem(question.key, language, message))
    return found


def _has_ends(question: Question, language: str) -> bool:
    """The score has usual words in the languages that we speak."""
    own = question.kind == QuestionKind.NPS and has_own_words(language)
    return own or bool(question.text(language, "low") and question.text(language, "high"))


def _mail_problems(content: Content, language: str) -> list[Problem]:
    mail = content.mail_in(language)
    labels = {"subject": _("subject"), "intro": _("opening"), "signature": _("signature")}
    found = [
        Problem(MAIL, language, _("The mail has no %(field)s in %(language)s.") % {"field": label, **_named(language)})
        for name, label in labels.items()
        if not getattr(mail, name).strip()
    ]
    texts = (mail.subject, mail.greeting, mail.intro, mail.signature, mail.reminder, mail.sms, mail.sms_reminder)
    unknown = sorted({name for text in texts for name in blanks(text)} - MAIL_BLANKS)
    if unknown:
        message = _("The mail speaks of {{%(name)s}}, which we do not know. Only {{first_name}} is filled in.")
        found.append(Problem(MAIL, language, message % {"name": unknown[0]}))
    return found


def _kind_problems(survey: Survey, content: Content) -> list[Problem]:
    if survey.kind == SurveyKind.EMPLOYEE:
        return _employee_problems(content)
    if survey.kind == SurveyKind.PHASE and not survey.stage_id:
        return [Problem(SETTINGS, "", _("Choose the stage that it asks about."))]
    return []


def _employee_problems(content: Content) -> list[Problem]:
    """Employees answer anonymously: nothing may lead back to a person."""
    found = []
    if content.contact:
        message = _("Employees answer anonymously: the survey can't ask whether we may contact them.")
        found.append(Problem(content.contact.key, "", message))
    if any(page.step in (NextStep.CONTACT, NextStep.REFERRAL) or page.segment for page in content.thanks):
        message = _(
            "Employees answer anonymously: no thank-you page can promise contact, show a code or know a segment."
        )
        found.append(Problem(THANKS, "", message))
    if waiting := next((question for question in content.questions if question.shown.waits), None):
        message = _("Employees answer on one page: a question can't wait for what another one was answered.")
        found.append(Problem(waiting.key, "", message))
    return found


def _structure(content: Content) -> list[Problem]:
    found = []
    if not content.questions or content.questions[0].kind != QuestionKind.NPS:
        found.append(Problem(SETTINGS, "", _("A survey begins with the score.")))
    for question in content.questions:
        found += [Problem(question.key, "", message) for message in _shape_problems(content, question)]
    segments = {page.segment for page in content.thanks if page.segment}
    known = set(Segment.objects.filter(pk__in=segments).values_list("pk", flat=True)) if segments else set()
    if segments - known:
        found.append(Problem(THANKS, "", _("The segment of a thank-you page is gone.")))
    return found + _page_problems(content)


def _shape_problems(content: Content, question: Question) -> list[str]:
    found = []
    if question.kind in WITH_OPTIONS and len(question.options) < MIN_OPTIONS:
        found.append(_("Give at least two answers to choose from."))
    if question.kind == QuestionKind.SCALE and not 1 <= question.high - question.low < LONGEST_SCALE:
        found.append(_("A scale has 2 to %(n)d steps.") % {"n": LONGEST_SCALE})
    if question.shown.question:
        found += _condition_problems(content, question)
    return found


def _condition_problems(content: Content, question: Question) -> list[str]:
    earlier = list(content.questions[: content.questions.index(question)])
    asked = next((one for one in earlier if one.key == question.shown.question), None)
    if asked is None:
        return [_("It depends on an answer to a question that does not come before it.")]
    if asked.kind not in BRANCHING:
        return [_("It can only depend on a question with answers to choose from.")]
    if not set(question.shown.answers) & set(asked.values):
        return [_("Choose the answers after which it is shown.")]
    return []


def _page_problems(content: Content) -> list[Problem]:
    found = []
    for page in content.thanks:
        if page.step == NextStep.OFFER and not _is_address(page.url):
            found.append(Problem(THANKS, "", _("An offer needs the address that it leads to (https://…).")))
        if page.step == NextStep.REFERRAL and not page.code.strip():
            found.append(Problem(THANKS, "", _("A referral needs its code.")))
        if page.review_url and not _is_address(page.review_url):
            found.append(Problem(THANKS, "", _("The review link needs a whole address (https://…).")))
    return found


def _review_problems(content: Content) -> list[Problem]:
    """Reviews are offered to all alike and for nothing in return."""
    links = [_review_links(page) for page in content.thanks]
    if not any(links):
        return []
    found = []
    if any(own != links[0] for own in links):
        message = _(
            "The review link depends on the score or the segment. Asking only some customers for reviews is against the "
            "rules of the review sites: show it to everyone, or to nobody."
        )
        found.append(Problem(THANKS, "", message))
    if any(page.step in (NextStep.OFFER, NextStep.REFERRAL) for page in content.thanks):
        message = _(
            "A review link next to an offer or a referral looks like paying for reviews. Take away the one or the other."
        )
        found.append(Problem(THANKS, "", message))
    return found


def _review_links(page: ThanksPage) -> frozenset[str]:
    """The page's review link, and addresses of review sites that its texts or its step lead to."""
    written = " ".join([page.url, *(text for words in page.texts.values() for text in words.values())])
    words = {word.strip("().,;:!?«»“”\"'") for word in written.split()}
    return frozenset({page.review_url} - {""}) | {word for word in words if _is_review_site(word)}


def _is_review_site(word: str) -> bool:
    if not word.lower().startswith(("http://", "https://", "www.")):
        return False
    address = word.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return any(address.startswith(site) or f".{site}" in address.partition("/")[0] for site in REVIEW_SITES)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # https://[
        return False
    return parts.scheme in ("https", "http") and "." in parts.netloc


def _named(language: str) -> dict[str, str]:
    return {"language": own_name(language)}
