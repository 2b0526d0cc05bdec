"""Making a survey: from the kind's template over its draft to the version that is live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership, Organization
from nps_platform.tenancy.scope import ForeignOrganization, current_organization
from surveys.authoring.content import Content, Texts
from surveys.authoring.merging import Entry, renamed, with_entries, with_mail, with_pages, with_thanks
from surveys.authoring.readiness import Problem, problems
from surveys.authoring.starting import Place, contact_question, template, with_languages
from surveys.invitation_mail import TEST_KIND, test_mail
from surveys.invitation_text import test_text
from surveys.models import Stage, Survey, SurveyKind, SurveyVersion, Touchpoint


class SurveyNotReady(Exception):
    """The survey can't be published; `problems` says what is missing and where."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in found))
        self.problems = found


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
    **told: Any,
) -> Survey:
    """A draft with every text taken from the kind's template in each language. `told`: as `change_content`."""
    organization = current_organization()
    _check_ours(organization, stage, touchpoint)
    survey = Survey(
        kind=kind,
        name=name,
        stage=touchpoint.stage if touchpoint else stage,
        touchpoint=touchpoint,
        created_by=by,
    )
    place = Place.of(survey, subject_name or organization.name)
    survey.draft = change_content(survey, template(place, languages), told).dump()
    survey.save()
    record("survey.created", survey, by=by, kind=kind)
    return survey


def _check_ours(organization: Organization, *rows: Stage | Touchpoint | None) -> None:
    for row in rows:
        if row is not None and row.organization_id != organization.pk:
            raise ForeignOrganization(f"{row._meta.label} {row.pk}")


def change_content(survey: Survey, content: Content, told: Mapping[str, Any]) -> Content:
    """`told`: languages, subject_name, ask_contact, questions (entries), thanks, thanks_pages, mail; the rest stays.

    A language that is added starts with the template's texts. Raises KeyError for a question nobody knows.
    """
    if "subject_name" in told:
        content = renamed(content, told["subject_name"])
    if "languages" in told:
        content = with_languages(content, Place.of(survey, content.subject), told["languages"])
    if "ask_contact" in told:
        content = _with_consent(content, told["ask_contact"] and survey.kind != SurveyKind.EMPLOYEE)
    questions: Sequence[Entry] = told.get("questions", ())
    thanks: Mapping[str, Texts] = told.get("thanks", {})
    content = with_thanks(with_entries(content, questions), thanks)
    if "thanks_pages" in told:
        content = with_pages(content, told["thanks_pages"])
    return with_mail(content, told.get("mail", {}))


def _with_consent(content: Content, asked: bool) -> Content:
    """With the consent to be contacted, or without it."""
    others = tuple(question for question in content.questions if question != content.contact)
    consent = content.contact or contact_question(content.languages, current_organization())
    return content.with_questions(
        (*others, consent) if asked and not content.contact else content.questions if asked else others
    )


@transaction.atomic
def update_survey(survey: Survey, *, by: Membership | None, **changes: Any) -> Survey:
    """Change name, stage and touchpoint at once, and the draft's content as `change_content` says; what is live stays.

    A touchpoint brings its stage.
    """
    _check_ours(current_organization(), changes.get("stage"), changes.get("touchpoint"))
    kept = Survey.objects.select_for_update().get(pk=survey.pk)
    for name in ("name", "stage", "touchpoint"):
        if name in changes:
            setattr(kept, name, changes[name])
    if changes.get("touchpoint"):
        kept.stage = changes["touchpoint"].stage
    kept.draft = change_content(kept, kept.draft_content, changes).dump()
    kept.save()
    record("survey.changed", kept, by=by, fields=sorted(changes))
    survey.refresh_from_db()
    return survey


@transaction.atomic
def edit_draft(survey: Survey, change: Callable[[Content], Content], *, by: Membership | None, what: str) -> Survey:
    """Apply `change` to the draft as it stands now; `what` names the part for the audit log."""
    kept = Survey.objects.select_for_update().get(pk=survey.pk)
    changed = change(kept.draft_content).dump()
    Content.load(changed)
    kept.draft = changed
    kept.save(update_fields=["draft", "updated_at"])
    record("survey.changed", kept, by=by, fields=[what])
    survey.draft, survey.updated_at = kept.draft, kept.updated_at
    return survey


@transaction.atomic
def discard_draft(survey: Survey, *, by: Membership | None) -> Survey:
    """Back to what is live; a survey that was never published stays as it is."""
    if survey.published:
        survey.draft = survey.published.content
        survey.save(update_fields=["draft", "updated_at"])
        record("survey.discarded", survey, by=by)
    return survey


@transaction.atomic
def publish_survey(survey: Survey, *, by: Membership | None, without: Sequence[str] = ()) -> Survey:
    """Make the draft the next version: who is asked from now on sees it, and it never changes.

    `without` leaves languages out of this version; their readers get the first language. What is live already is not
    published again. Raises SurveyNotReady.
    """
    kept = Survey.objects.select_for_update(of=("self",)).select_related("published").get(pk=survey.pk)
    draft = kept.draft_content
    content = replace(draft, languages=tuple(one for one in draft.languages if one not in without))
    found = problems(kept, content)
    if found:
        raise SurveyNotReady(found)
    if kept.published is None or kept.published.parsed != content:
        kept.published = SurveyVersion.objects.create(
            survey=kept, number=kept.next_number, content=content.dump(), published_by=by
        )
        record("survey.published", kept, by=by, version=kept.published.number)
    kept.state = Survey.State.PUBLISHED
    kept.save(update_fields=["state", "published", "updated_at"])
    survey.refresh_from_db()
    return survey


@transaction.atomic
def duplicate_survey(survey: Survey, *, name: str, by: Membership | None) -> Survey:
    """A draft with the same texts."""
    copy = Survey.objects.create(
        name=name,
        kind=survey.kind,
        stage=survey.stage,
        touchpoint=survey.touchpoint,
        draft=survey.draft,
        created_by=by,
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
def restore_survey(survey: Survey, *, by: Membership | None) -> Survey:
    """Back from the archive, as it was."""
    survey.state = Survey.State.PUBLISHED if survey.published else Survey.State.DRAFT
    survey.save(update_fields=["state", "updated_at"])
    record("survey.restored", survey, by=by)
    return survey


@transaction.atomic
def send_test(survey: Survey, *, language: str, to: str, by: Membership | None) -> Message:
    """The draft as it stands to one colleague, by mail or, to a number in E.164, by SMS; answers are recorded nowhere."""
    name = by.user.name if by else ""
    message = Message(kind=TEST_KIND, source_id=survey.pk, to_address=to, language=language, priority=2, created_by=by)
    if "@" in to:
        mail = test_mail(survey, language=language, name=name)
        message.audience = Message.Audience.STAFF
        message.subject, message.text, message.html = mail.subject, mail.text, mail.html
    else:
        # A text costs: one whose fate is uncertain is not sent again by itself, as a mail to staff would be.
        message.audience, message.channel = Message.Audience.GUEST, Message.Channel.SMS
        message.text = test_text(survey, language=language, name=name)
    enqueue([message])
    record("survey.tested", survey, by=by)
    return message
