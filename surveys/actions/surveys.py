"""Making a survey: from the kind's template to published, and on by duplicate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from nps_platform.lib.nps import NpsClass
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership, Organization
from nps_platform.tenancy.scope import ForeignOrganization, current_organization
from surveys.invitation_mail import TEST_KIND, test_mail
from surveys.models import Question, Stage, Survey, ThankYou, Touchpoint
from surveys.readiness import Problem, problems
from surveys.wording import CLASSES, mail_texts, question_text, wording


class SurveyNotReady(Exception):
    """The survey can't be published; `problems` says what is missing and where."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in found))
        self.problems = found


class SurveyIsFixed(Exception):
    """A published survey's texts no longer change: duplicate it."""


@transaction.atomic
def create_survey(
    *,
    kind: str,
    name: str,
    languages: Sequence[str],
    by: Membership | None,
    stage: Stage | None = None,
    touchpoint: Touchpoint | None = None,
    subject_name: str = "",
    ask_contact: bool = True,
    texts: dict[str, dict[str, Any]] | None = None,
) -> Survey:
    """A draft with every text taken from the kind's template in each language.

    `texts` overrides questions by key and thank-you pages by class: {"nps": {"es": {"text": …}}, "thanks": {"promoter": {…}}}.
    """
    organization = current_organization()
    _check_ours(organization, stage, touchpoint)
    survey = Survey.objects.create(
        kind=kind,
        name=name,
        languages=list(languages),
        stage=stage or (touchpoint.stage if touchpoint else None),
        touchpoint=touchpoint,
        subject_name=subject_name or organization.name,
        ask_contact=ask_contact,
        created_by=by,
    )
    _write_template(survey, list(languages), texts or {})
    record("survey.created", survey, by=by, kind=kind)
    return survey


def _check_ours(organization: Organization, *rows: Stage | Touchpoint | None) -> None:
    for row in rows:
        if row is not None and row.organization_id != organization.pk:
            raise ForeignOrganization(f"{row._meta.label} {row.pk}")


def _names(survey: Survey) -> dict[str, str]:
    return {
        "subject": survey.subject_name,
        "stage": survey.stage.name if survey.stage else "",
        "touchpoint": survey.touchpoint.name if survey.touchpoint else "",
    }


def _write_template(survey: Survey, languages: list[str], texts: dict[str, dict[str, Any]]) -> None:
    Question.objects.bulk_create(
        Question(survey=survey, position=position, **row)
        for position, row in enumerate(_template_questions(survey, languages, texts))
    )
    thanks = texts.get("thanks", {})
    ThankYou.objects.bulk_create(
        ThankYou(survey=survey, nps_class=c, texts=_thanks(c, languages) | thanks.get(c, {})) for c in CLASSES
    )
    organization = current_organization()
    survey.mail_texts = {
        language: mail_texts(survey.kind, language, organization, **_names(survey)) for language in languages
    }
    survey.save(update_fields=["mail_texts"])


def _template_questions(survey: Survey, languages: list[str], texts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    organization = current_organization()
    nps = {
        language: {"text": question_text(survey.kind, language, organization, **_names(survey)), "help": ""}
        | {end: wording(language, organization)["scale"][end] for end in ("low", "high")}
        for language in languages
    }
    rows: list[dict[str, Any]] = [{"key": "nps", "kind": Question.Kind.NPS, "required": True, "texts": nps}]
    for c in CLASSES:
        said = {language: dict(wording(language, organization)["follow_up"][c]) for language in languages}
        rows.append({"key": f"why-{c}", "kind": Question.Kind.TEXT, "shown_for": [c.value], "texts": said})
    contact = {language: dict(wording(language, organization)["contact"]) for language in languages}
    unhappy = [NpsClass.DETRACTOR.value, NpsClass.PASSIVE.value]
    rows.append({"key": "contact", "kind": Question.Kind.CONTACT, "shown_for": unhappy, "texts": contact})
    for row in rows:
        row["texts"] = row["texts"] | texts.get(row["key"], {})
    return rows


def _thanks(nps_class: str, languages: list[str]) -> dict[str, dict[str, str]]:
    organization = current_organization()
    return {language: dict(wording(language, organization)["thanks"][nps_class]) for language in languages}


@transaction.atomic
def update_survey(survey: Survey, *, by: Membership | None, **changes: Any) -> Survey:
    """Change a draft. `changes`: name, kind, stage, touchpoint, subject_name, languages, ask_contact, mail_texts,
    `questions` {key: {language: {"text", "help"}}}, `thanks` {class: {language: {"title", "body"}}}.

    A language that is added starts with the template's texts. Of a published survey only the name may change.
    """
    if survey.state != Survey.State.DRAFT and set(changes) - {"name"}:
        raise SurveyIsFixed
    questions, thanks = changes.pop("questions", {}), changes.pop("thanks", {})
    _check_ours(current_organization(), changes.get("stage"), changes.get("touchpoint"))
    added = [language for language in changes.get("languages", []) if language not in survey.languages]
    before = survey.subject_name
    for field, value in changes.items():
        setattr(survey, field, value)
    survey.save()
    if added:
        _add_languages(survey, added)
    _merge_texts(survey, questions, thanks)
    if before and survey.subject_name and before != survey.subject_name:
        _rename_subject(survey, before)
    record("survey.changed", survey, by=by, fields=sorted(changes))
    return survey


def _merge_texts(survey: Survey, questions: dict[str, Any], thanks: dict[str, Any]) -> None:
    for question in survey.questions.filter(key__in=questions):
        question.texts = question.texts | questions[question.key]
        question.save(update_fields=["texts"])
    for page in survey.thanks.filter(nps_class__in=thanks):
        page.texts = page.texts | thanks[page.nps_class]
        page.save(update_fields=["texts"])


def _rename_subject(survey: Survey, before: str) -> None:
    """What is recommended has another name now: the texts that speak of it follow."""

    def renamed(texts: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        return {
            language: {field: text.replace(before, survey.subject_name) for field, text in words.items()}
            for language, words in texts.items()
        }

    for question in survey.questions.all():
        question.texts = renamed(question.texts)
        question.save(update_fields=["texts"])
    for page in survey.thanks.all():
        page.texts = renamed(page.texts)
        page.save(update_fields=["texts"])
    survey.mail_texts = renamed(survey.mail_texts)
    survey.save(update_fields=["mail_texts"])


def _add_languages(survey: Survey, added: list[str]) -> None:
    """Texts already there (a language taken out and put back) win over the template's."""
    by_key = {row["key"]: row["texts"] for row in _template_questions(survey, added, {})}
    for question in survey.questions.filter(key__in=by_key):
        question.texts = by_key[question.key] | question.texts
        question.save(update_fields=["texts"])
    for page in survey.thanks.all():
        page.texts = _thanks(page.nps_class, added) | page.texts
        page.save(update_fields=["texts"])
    organization = current_organization()
    new = {language: mail_texts(survey.kind, language, organization, **_names(survey)) for language in added}
    survey.mail_texts = new | survey.mail_texts
    survey.save(update_fields=["mail_texts"])


@transaction.atomic
def publish_survey(survey: Survey, *, by: Membership | None) -> Survey:
    """From now on it may be asked, and its texts stay as they are. Raises SurveyNotReady; twice is once."""
    if survey.state == Survey.State.PUBLISHED:
        return survey
    found = problems(survey)
    if found:
        raise SurveyNotReady(found)
    survey.state, survey.published_at = Survey.State.PUBLISHED, timezone.now()
    survey.save(update_fields=["state", "published_at", "updated_at"])
    record("survey.published", survey, by=by)
    return survey


@transaction.atomic
def duplicate_survey(survey: Survey, *, name: str, by: Membership | None) -> Survey:
    """A draft with the same texts."""
    copy = Survey.objects.create(
        name=name,
        kind=survey.kind,
        stage=survey.stage,
        touchpoint=survey.touchpoint,
        languages=survey.languages,
        subject_name=survey.subject_name,
        ask_contact=survey.ask_contact,
        mail_texts=survey.mail_texts,
        created_by=by,
    )
    Question.objects.bulk_create(
        Question(
            survey=copy,
            key=row.key,
            kind=row.kind,
            position=row.position,
            shown_for=row.shown_for,
            required=row.required,
            texts=row.texts,
        )
        for row in survey.questions.all()
    )
    ThankYou.objects.bulk_create(
        ThankYou(survey=copy, nps_class=row.nps_class, texts=row.texts) for row in survey.thanks.all()
    )
    record("survey.duplicated", copy, by=by, source=survey.pk)
    return copy


@transaction.atomic
def archive_survey(survey: Survey, *, by: Membership | None) -> Survey:
    """Out of the lists and of new programmes; what runs goes on."""
    survey.state = Survey.State.ARCHIVED
    survey.save(update_fields=["state", "updated_at"])
    record("survey.archived", survey, by=by)
    return survey


@transaction.atomic
def send_test(survey: Survey, *, language: str, to: str, by: Membership | None) -> Message:
    """Mail the survey as it stands to one colleague; the answers given there are recorded nowhere."""
    mail = test_mail(survey, language=language, name=by.user.name if by else "")
    message = Message(
        kind=TEST_KIND,
        source_id=survey.pk,
        audience=Message.Audience.STAFF,
        to_address=to,
        language=language,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        priority=2,
        created_by=by,
    )
    enqueue([message])
    record("survey.tested", survey, by=by)
    return message
