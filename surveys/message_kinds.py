"""The kinds of mail this room sends: invitations and reminders (prepared, by the thousand), and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_noop

from nps_platform.customers.models import CustomerPermission, Suppression
from nps_platform.messaging.kinds import MessageKind, Personal, register_kind
from nps_platform.messaging.models import Message
from nps_platform.messaging.prepared import Mail, PreparedMail
from nps_platform.messaging.transport import sender_address
from nps_platform.tenancy.scope import current_organization
from surveys.invitation_mail import (
    INVITATION_KIND,
    REMINDER_KIND,
    TEST_KIND,
    invitation_template,
    values_for,
)
from surveys.invitations import invitations_settled, reminders_settled
from surveys.models import Invitation, Programme


def register() -> None:
    """Called once, when the apps are ready."""
    register_kind(
        MessageKind(
            INVITATION_KIND,
            render,
            settled=invitations_settled,
            label=gettext_noop("Invitation"),
            prepare=prepare,
            wanted=wanted_invitations,
        )
    )
    register_kind(
        MessageKind(
            REMINDER_KIND,
            render,
            settled=reminders_settled,
            label=gettext_noop("Reminder"),
            prepare=prepare,
            wanted=wanted_reminders,
        )
    )
    register_kind(MessageKind(TEST_KIND, render_test, label=gettext_noop("Test")))


def render(message: Message) -> Mail:
    """The mail as it left, made again from rows that no longer change."""
    invitation = Invitation.objects.select_related("customer", "survey").get(pk=message.source_id)
    template = invitation_template(invitation.survey, invitation.language, reminder=message.kind == REMINDER_KIND)
    return template.filled(values_for(invitation, invitation.customer, invitation.survey))


def render_test(message: Message) -> Mail:
    organization = current_organization()
    return Mail(
        message.subject,
        message.text,
        message.html,
        from_name=organization.sender_name or organization.programme,
        reply_to=organization.reply_to,
    )


def prepare(messages: Sequence[Message]) -> Mapping[int, Personal]:
    """One template per survey and language, filled per person."""
    reminder = messages[0].kind == REMINDER_KIND
    found = Invitation.objects.select_related("customer", "survey").in_bulk([m.source_id for m in messages])
    templates: dict[tuple[int, str], PreparedMail] = {}
    personal = {}
    for message in messages:
        invitation = found.get(message.source_id)
        if invitation is None:
            continue
        key = (invitation.survey_id, invitation.language)
        if key not in templates:
            mail = invitation_template(invitation.survey, invitation.language, reminder=reminder)
            templates[key] = PreparedMail(mail, from_address=sender_address())
        values = values_for(invitation, invitation.customer, invitation.survey)
        personal[message.pk] = Personal(templates[key], values)
    return personal


def wanted_invitations(messages: Sequence[Message]) -> set[int]:
    return _wanted(messages, Invitation.State.PLANNED)


def wanted_reminders(messages: Sequence[Message]) -> set[int]:
    return _wanted(messages, Invitation.State.SENT)


def _wanted(messages: Sequence[Message], state: str) -> set[int]:
    """Still waiting, of a programme that runs, of a person who is still there and has not said stop."""
    waiting = dict(
        Invitation.objects.filter(
            pk__in=[m.source_id for m in messages],
            state=state,
            programme__state__in=(Programme.State.RUNNING, Programme.State.PLANNING),
            customer__erased_at=None,
        ).values_list("pk", "customer__email_lower")
    )
    stopped = set(
        Suppression.objects.filter(
            channel=CustomerPermission.Channel.EMAIL, address__in=[m.to_address.lower() for m in messages]
        ).values_list("address", flat=True)
    )
    return {m.pk for m in messages if m.source_id in waiting and m.to_address.lower() not in stopped}
