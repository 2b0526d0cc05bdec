"""What a person began and did not send (METHOD §1: it counts nowhere).

It comes from the page's one small script, which tells only of a person's own hand: trusted events, after some seconds on
the page, with the pointer, finger or keys that lead up to them. Programs that open every link leave none.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from nps_platform.tenancy.due import is_due
from responses.models import ProvisionalAnswer
from surveys.models import Invitation

BEGUN = "begun"
LOOK_AGAIN = timedelta(minutes=5)


def standing() -> QuerySet[ProvisionalAnswer]:
    """What was begun and not confirmed since."""
    return ProvisionalAnswer.objects.filter(invitation__answered_at=None)


def keep_begun(invitation: Invitation, *, score: int | None, comment: str, language: str) -> None:
    """The newest of what `invitation`'s person has begun; the first moment stays."""
    row = ProvisionalAnswer(
        invitation=invitation, customer_id=invitation.customer_id, score=score, comment=comment, language=language
    )
    ProvisionalAnswer.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["organization", "invitation"],
        update_fields=["score", "comment", "language", "touched_at"],
    )
    is_due(BEGUN, timezone.now() + LOOK_AGAIN)


def forget_confirmed() -> bool:
    """Throw away what was confirmed meanwhile; whether anything may still be. Confirming itself stays as quick as it is."""
    ProvisionalAnswer.objects.exclude(invitation__answered_at=None).delete()
    return standing().filter(invitation__expires_at__gt=timezone.now()).exists()
