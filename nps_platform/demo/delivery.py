"""What became of the demo's mails: most arrived, some addresses are gone, a few readers complained, two are uncertain."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from nps_platform.customers.models import Suppression
from nps_platform.messaging.models import Message
from nps_platform.tenancy.scope import current_organization
from responses.models import ProvisionalAnswer
from surveys.models import Invitation, Programme

ROUNDS = 4  # the newest ones tell; what came before has simply arrived
GONE = ("550 5.1.1 no such user", "550 5.1.10 recipient not found", "550 5.1.2 no such domain")
BEGUN = ((3, "La app me saca cada vez que quiero pagar y"), (8, ""), (None, "Quería contarles que el técnico"))
State = Message.State


def tell_what_became(random: Random) -> None:
    """After the rounds were written."""
    sent = Message.objects.filter(kind="invitation", state=State.SENT, sent_at__isnull=False)
    name = Concat(Value(f"<{current_organization().pk}."), Cast("pk", CharField()), Value("@demo.example>"))
    sent.update(claimed_at=F("sent_at"), delivered_at=F("sent_at") + timedelta(seconds=20), message_id=name)
    for programme in Programme.objects.order_by("-launched_at")[:ROUNDS]:
        quiet = programme.invitations.filter(answered_at=None, sent_at__isnull=False).select_related("customer")
        some = random.sample(list(quiet), min(len(quiet), 24))
        _send_back(random, some[:9])
        _complain(some[9:10])
        _tell_nothing(some[10:18])
        if programme.state == Programme.State.RUNNING:
            _leave_uncertain(some[18:20])
            _begin(some[20:23])


def _mails(invitations: list[Invitation]) -> QuerySet[Message]:
    return Message.objects.filter(kind="invitation", source_id__in=[i.pk for i in invitations])


def _send_back(random: Random, invitations: list[Invitation]) -> None:
    for invitation in invitations:
        why = random.choice(GONE)
        at = F("sent_at") + timedelta(minutes=3)
        _mails([invitation]).update(state=State.BOUNCED, delivered_at=None, bounced_at=at, error=why)
        _suppress(invitation, Suppression.Reason.BOUNCED, why)
    Invitation.objects.filter(pk__in=[i.pk for i in invitations]).update(state=Invitation.State.BOUNCED)


def _complain(invitations: list[Invitation]) -> None:
    _mails(invitations).update(complained_at=F("sent_at") + timedelta(hours=2))
    Invitation.objects.filter(pk__in=[i.pk for i in invitations]).update(complained_at=timezone.now())
    for invitation in invitations:
        _suppress(invitation, Suppression.Reason.COMPLAINED, "")


def _suppress(invitation: Invitation, reason: str, note: str) -> None:
    customer = invitation.customer
    Suppression.objects.get_or_create(
        address=customer.email.lower(),
        channel="email",
        defaults={"reason": reason, "note": note, "customer": customer, "at": invitation.sent_at or timezone.now()},
    )


def _tell_nothing(invitations: list[Invitation]) -> None:
    """Sent, and nobody said whether they arrived; two mailboxes were full."""
    _mails(invitations).update(delivered_at=None)
    _mails(invitations[:2]).update(error="452 4.2.2 mailbox full")


def _leave_uncertain(invitations: list[Invitation]) -> None:
    _mails(invitations).update(state=State.AMBIGUOUS, sent_at=None, delivered_at=None, message_id="")
    Invitation.objects.filter(pk__in=[i.pk for i in invitations]).update(state=Invitation.State.PLANNED, sent_at=None)


def _begin(invitations: list[Invitation]) -> None:
    """Some began to answer and did not send it."""
    for invitation, (score, comment) in zip(invitations, BEGUN, strict=False):
        at = (invitation.sent_at or timezone.now()) + timedelta(hours=5)
        ProvisionalAnswer.objects.create(
            invitation=invitation,
            customer=invitation.customer,
            score=score,
            comment=comment,
            language=invitation.language,
            began_at=at,
            touched_at=at,
        )
