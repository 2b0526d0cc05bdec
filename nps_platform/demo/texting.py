"""Texts in the demo: a question by SMS after each technician's visit of the last days, and a plan that reaches by SMS whom
no mail reaches. The gateway is the one for trying out: nothing leaves the machine."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from nps_platform.customers.actions import suppress
from nps_platform.customers.models import Customer, Suppression
from nps_platform.demo.surveys import Asking
from nps_platform.lib.nps import class_of
from nps_platform.lib.text_parts import size_of
from nps_platform.messaging.models import Message, TextGateway
from nps_platform.messaging.text_actions import set_up_gateway
from nps_platform.tenancy.models import Membership
from responses.actions import new_response
from responses.models import Response
from surveys.actions import Fact, create_programme, launch, take_events
from surveys.invitation_mail import INVITATION_KIND
from surveys.message_kinds import render
from surveys.models import Invitation, Programme, Survey

PRICE, CURRENCY = Decimal("0.0745"), "EUR"
VISITS, DAYS = 42, 6
# What became of them, in their order; the rest arrived and wait for an answer.
GONE, LOST, STOPPED = slice(0, 2), slice(2, 4), slice(4, 5)
ANSWERS = (
    (10, "Me avisó media hora antes y vino con todo lo necesario."),
    (9, ""),
    (9, "Rápido, y muy amable el chico."),
    (10, "Me explicó cómo colocar el router, muy bien."),
    (8, "Bien, aunque tuve que esperar toda la mañana."),
    (7, ""),
    (6, "Vino, pero la wifi sigue sin llegar al dormitorio."),
    (3, "Cambiaron la cita dos veces sin avisar."),
    (10, ""),
    (9, "Sin problemas."),
    (2, "No apareció nadie y nadie me llamó."),
)
State = Message.State


def ask_by_text(random: Random, surveys: dict[str | None, Asking], touchpoint: str, by: Membership) -> None:
    """After everything else was written."""
    set_up_gateway(
        by=by,
        provider=TextGateway.Provider.OUTBOX,
        sms_price=PRICE,
        whatsapp_price=Decimal("0.0592"),
        currency=CURRENCY,
    )
    _after_visits(random, surveys[touchpoint].survey, by)
    create_programme(
        survey=surveys[None].survey,
        name="Relacional, también sin correo",
        channel=Programme.Channel.EMAIL_OR_SMS,
        reminders=[5],
        seed=5,
        by=by,
    )


def _after_visits(random: Random, survey: Survey, by: Membership) -> None:
    programme = create_programme(
        survey=survey,
        name="Tras la visita del técnico, por SMS",
        mode=Programme.Mode.TRIGGER,
        channel=Programme.Channel.SMS,
        delay_minutes=60,
        seed=60,
        quarantine_days=0,
        by=by,
    )
    launch(programme, by=by)
    now = timezone.now()
    visited = random.sample(list(Customer.objects.exclude(mobile="").order_by("pk")), VISITS)
    step = timedelta(days=DAYS) / VISITS
    facts = [
        Fact(customer, now - timedelta(hours=2) - step * n, f"VISITA-{7_100 + n}") for n, customer in enumerate(visited)
    ]
    events = take_events(programme, facts, by=None)
    asked = [(event.invitation, event.occurred_at + timedelta(hours=1)) for event in events if event.invitation]
    Programme.objects.filter(pk=programme.pk).update(launched_at=now - timedelta(days=DAYS + 1))
    for invitation, at in asked:
        _arrive(invitation, at)
    _go_wrong([invitation for invitation, _at in asked])
    _answer([invitation for invitation, _at in asked[STOPPED.stop :]])


def _arrive(invitation: Invitation, at: datetime) -> None:
    """It left then, and arrived."""
    Invitation.objects.filter(pk=invitation.pk).update(
        state=Invitation.State.SENT, sent_at=at, due_at=at, created_at=at - timedelta(hours=1)
    )
    message = Message.objects.get(kind=INVITATION_KIND, source_id=invitation.pk)
    parts = size_of(render(message).text).parts
    Message.objects.filter(pk=message.pk).update(
        state=State.SENT,
        created_at=at - timedelta(hours=1),
        due_at=at,
        claimed_at=at,
        sent_at=at,
        delivered_at=at + timedelta(seconds=7),
        message_id=f"SM{message.pk:032x}",
        attempts=1,
        parts=parts,
        price=PRICE * parts,
        currency=CURRENCY,
    )


def _go_wrong(invitations: list[Invitation]) -> None:
    """Two numbers are gone, two texts got lost, somebody said stop."""
    _settle(invitations[GONE], State.BOUNCED, "30005 Unknown destination handset")
    _settle(invitations[LOST], State.FAILED, "30008 Unknown error")
    for some, reason in ((GONE, Suppression.Reason.BOUNCED), (STOPPED, Suppression.Reason.UNSUBSCRIBED)):
        for invitation in invitations[some]:
            suppress(
                invitation.customer.mobile, channel="sms", reason=reason, customer=invitation.customer, label="SMS"
            )
    Invitation.objects.filter(pk__in=[i.pk for i in invitations[GONE]]).update(state=Invitation.State.BOUNCED)


def _settle(invitations: list[Invitation], state: str, why: str) -> None:
    Message.objects.filter(kind=INVITATION_KIND, source_id__in=[i.pk for i in invitations]).update(
        state=state, delivered_at=None, error=why
    )


def _answer(invitations: list[Invitation]) -> None:
    """Some answered within the hour."""
    now = timezone.now()
    for invitation, (score, comment) in zip(invitations, ANSWERS, strict=False):
        sent = Invitation.objects.select_related("survey", "customer").get(pk=invitation.pk)
        at = min((sent.sent_at or now) + timedelta(minutes=14 + 3 * score), now)
        response = new_response(sent.survey, sent.customer, score=score, comment=comment, answered_at=at)
        response.invitation, response.channel, response.language = sent, Response.Channel.SMS, sent.language
        response.nps_class, response.recorded_at, response.followed_up_at = class_of(score), at, at
        response.version_id = sent.version_id
        response.save(force_insert=True)
        Invitation.objects.filter(pk=sent.pk).update(state=Invitation.State.ANSWERED, answered_at=at)
