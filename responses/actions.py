"""Recording an answer, once; correcting it while METHOD §1 allows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.lib.nps import class_of
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import ForeignOrganization, current_organization
from responses.answers import Said, keep, rows_of, values_in
from responses.models import Response, ScoreChange
from responses.recording import announce
from surveys.invitations import close_open_invitation, mark_answered
from surveys.models import Invitation, Survey

CORRECTION_DAYS = 7


class CorrectionClosed(Exception):
    """The days for a correction are over, and nobody of the company has been in contact since (METHOD §1)."""


def record_response(
    invitation: Invitation,
    *,
    score: int,
    comment: str = "",
    wants_contact: bool | None = None,
    language: str = "",
    answers: Sequence[Said] | None = None,
) -> tuple[Response, bool]:
    """The one confirmed answer to `invitation`, and whether this call made it.

    However many come at once, the one that claims the invitation makes it (constraint `one_answer_per_invitation` stands behind);
    the others wait for it and are corrections, or change nothing where they say the same. `answers`: all that was said to further
    questions, None where none was asked. Raises ValueError for a score outside 0–10, CorrectionClosed.
    """
    now = timezone.now()
    answer = new_response(invitation.survey, invitation.customer, score=score, comment=comment, answered_at=now)
    answer.invitation, answer.wants_contact = invitation, wants_contact
    answer.channel = invitation.channel
    answer.language = language or invitation.language
    answer.version_id = invitation.version_id or answer.version_id
    with suppress(IntegrityError), transaction.atomic():
        if mark_answered(invitation, now):
            answer.save(force_insert=True)
            keep(answer, answers or ())
            announce(answer.pk, answer.organization_id)
            return answer, True
    response = Response.objects.get(invitation=invitation)
    correct_response(response, score=score, comment=comment, wants_contact=wants_contact, answers=answers)
    return response, False


def record_elsewhere(
    *,
    survey: Survey,
    customer: Customer,
    score: int,
    comment: str = "",
    answered_at: datetime,
    channel: str,
    wants_contact: bool | None = None,
    answers: Sequence[Said] = (),
    by: Membership | None,
) -> Response:
    """An answer taken by telephone, imported or sent by a program: always a new one; closes the survey's open invitation."""
    with transaction.atomic():
        response = new_response(survey, customer, score=score, comment=comment, answered_at=answered_at)
        response.channel = channel
        response.wants_contact = wants_contact
        response.language = customer.language_for(survey.languages)
        response.save(force_insert=True)
        keep(response, answers)
        close_open_invitation(survey, customer)
        audit.record("response.recorded", response, by=by, channel=channel)
        announce(response.pk, response.organization_id)
    return response


def add_answers(response: Response, answers: Sequence[Said]) -> None:
    """What was said to the questions that the first answers brought up, beside the same response."""
    with transaction.atomic():
        keep(response, answers)


def new_response(
    survey: Survey, customer: Customer | None, *, score: int, comment: str, answered_at: datetime
) -> Response:
    """Unsaved, with what it will be counted by written beside it: a touchpoint's stage and an account's unit where none is nearer.

    Raises ValueError for a score outside 0–10.
    """
    if {row.organization_id for row in (survey, customer) if row} != {current_organization().pk}:
        raise ForeignOrganization("an answer's survey and customer belong to its organisation")
    touchpoint = survey.touchpoint if survey.touchpoint_id and not survey.stage_id else None
    account = customer.account if customer and customer.account_id and not customer.unit_id else None
    unit_id = customer.unit_id if customer else None
    return Response(
        survey=survey,
        version_id=survey.published_id,
        kind=survey.kind,
        stage_id=touchpoint.stage_id if touchpoint else survey.stage_id,
        touchpoint_id=survey.touchpoint_id,
        customer=customer,
        account_id=customer.account_id if customer else None,
        unit_id=account.unit_id if account else unit_id,
        score=score,
        nps_class=class_of(score),
        comment=comment,
        answered_at=answered_at,
    )


def correct_response(
    response: Response,
    *,
    score: int,
    comment: str,
    wants_contact: bool | None = None,
    answers: Sequence[Said] | None = None,
) -> ScoreChange | None:
    """What the customer says now (METHOD §1); None where it is what they had said. `response` is brought up to date.

    Before the company's first contact it replaces score, comment and, where `answers` says all that holds now, the further
    answers; what they were is kept in the history. After it, the new score is kept beside the first and never enters NPS.
    Raises CorrectionClosed seven days after the answer, ValueError for no score.
    """
    class_of(score)
    with transaction.atomic():
        kept = Response.objects.select_for_update().get(pk=response.pk)
        change = (
            _after_contact(kept, score, comment) if kept.contacted_at else _correction(kept, score, comment, answers)
        )
        other_wish = wants_contact is not None and wants_contact != kept.wants_contact
        if other_wish:
            kept.wants_contact = wants_contact
        if change or other_wish:
            kept.followed_up_at = None  # owed again: the room above decides what the change brings
            kept.save(
                update_fields=["score", "nps_class", "comment", "corrected_at", "wants_contact", "followed_up_at"]
            )
            announce(kept.pk, kept.organization_id, corrected=True)
    response.refresh_from_db()
    return change


def _correction(kept: Response, score: int, comment: str, answers: Sequence[Said] | None) -> ScoreChange | None:
    """Write the new words into `kept`, unsaved, the new further answers beside it, and the old ones into the history."""
    now, before = timezone.now(), values_in(kept.answers.all())
    after = before if answers is None else values_in(rows_of(kept, answers))
    if (kept.score, kept.comment, before) == (score, comment, after):
        return None
    if now > correctable_until(kept):
        raise CorrectionClosed
    change = ScoreChange.objects.create(
        response=kept, kind=ScoreChange.Kind.CORRECTION, score=kept.score, comment=kept.comment, answers=before, at=now
    )
    if answers is not None and after != before:
        kept.answers.all().delete()
        keep(kept, answers)
    kept.score, kept.nps_class, kept.comment, kept.corrected_at = score, class_of(score), comment, now
    return change


def _after_contact(kept: Response, score: int, comment: str) -> ScoreChange | None:
    """Keep the new words beside the answer, unless they are the last ones again."""
    last = kept.changes.filter(kind=ScoreChange.Kind.AFTER_CONTACT).last() or kept
    if (last.score, last.comment) == (score, comment):
        return None
    return ScoreChange.objects.create(response=kept, kind=ScoreChange.Kind.AFTER_CONTACT, score=score, comment=comment)


def correctable_until(response: Response) -> datetime:
    """The end of the days in which a correction replaces the answer, unless the company is in contact before."""
    return response.answered_at + timedelta(days=CORRECTION_DAYS)


def wish_contact(response: Response, *, wants: bool = True) -> None:
    """What the person says of being contacted, after the answer: who speaks with us after all may be answered."""
    Response.objects.filter(pk=response.pk).update(wants_contact=wants)
    response.wants_contact = wants


def mark_contacted(response: Response, at: datetime) -> bool:
    """The company's first attempt to reach the customer: from now on scores are *after contact*. False if it was marked before."""
    marked = Response.objects.filter(pk=response.pk, contacted_at=None).update(contacted_at=at)
    return bool(marked)


def take_back_contact(response: Response, at: datetime) -> None:
    """The attempt made `at` was taken back before it left."""
    Response.objects.filter(pk=response.pk, contacted_at=at).update(contacted_at=None)
