"""The quick way of recording: nearly every answer is the first to an open invitation, and is then one statement."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from nps_platform.lib.nps import class_of
from nps_platform.tenancy.scope import current_organization
from responses.models import Response
from responses.signals import DUE, response_recorded


@dataclass(frozen=True)
class FirstAnswer:
    """What was recorded: the language it was given in, and the one it was asked in."""

    response_id: int
    language: str
    asked_in: str


def record_at_once(
    invitation_id: int, *, score: int, comment: str, wants_contact: bool | None, language: str
) -> FirstAnswer | None:
    """Record a first answer to an open invitation without reading anything before; None where there is more to decide.

    It writes what `record_response` writes, by a function in the database (PostgreSQL only; elsewhere it is always None, as
    for what is closed, unknown or answered). Raises ValueError for a score outside 0–10.
    """
    nps_class = class_of(score)
    if connection.vendor != "postgresql":
        return None
    first = None  # also where an answer stands without its invitation knowing: the long way deals with it
    with suppress(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM record_first_answer_and_look(%s, %s, %s::smallint, %s, %s, %s, %s, %s, %s)",
            (
                current_organization().pk,
                invitation_id,
                score,
                nps_class.value,
                comment,
                wants_contact,
                language,
                timezone.now(),
                DUE,
            ),
        )
        first = cursor.fetchone()
    if first is None:
        return None
    response_id, *languages, told = first
    announce(response_id, current_organization().pk, told=told)
    return FirstAnswer(response_id, *languages)


def wait_for_answers() -> None:
    """After DUE was taken back, before looking: return once the answers that still counted on it can be found.

    `record_first_answer_and_look` reads DUE inside the transaction that records; where there is no such function, DUE is read
    after the commit, and nobody needs waiting for.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", (DUE, current_organization().pk))


def announce(response_id: int, organization_id: int, *, corrected: bool = False, told: bool = False) -> None:
    """Tell the rooms above once the rows are there; one that fails is logged, the customer is thanked all the same."""
    transaction.on_commit(
        partial(
            response_recorded.send_robust,
            sender=Response,
            organization_id=organization_id,
            response_id=response_id,
            corrected=corrected,
            told=told,
        )
    )
