"""The kinds of mail this room sends: invitations and reminders (prepared, by the thousand), and tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext_noop

from nps_platform.customers.models import Suppression
from nps_platform.messaging.kinds import MessageKind, Personal, register_kind
from nps_platform.messaging.models import Message
from nps_platform.messaging.prepared import Mail, PreparedMail
from nps_platform.messaging.transport import sender_address
from nps_platform.tenancy.scope import current_organization
from surveys.authoring.content import Content
from surveys.invitation_mail import (
    INVITATION_KIND,
    REMINDER_KIND,
    TEST_KIND,
    invitation_template,
    values_for,
)
from surveys.invitation_text import invitation_text, text_values
from surveys.invitations import complained_about, invitations_settled, reminders_settled
from surveys.models import Invitation, Programme, SurveyVersion
from surveys.paused_mail import PAUSED_KIND, is_still_paused, render_paused


def register() -> None:
    """Called once, when the apps are ready."""
    register_kind(
        MessageKind(
            INVITATION_KIND,
            render,
            settled=invitations_settled,
            complained=complained_about,
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
            complained=complained_about,
            label=gettext_noop("Reminder"),
            prepare=prepare,
            wanted=wanted_reminders,
        )
    )
    register_kind(MessageKind(TEST_KIND, render_test, label=gettext_noop("Test")))
    register_kind(
        MessageKind(PAUSED_KIND, render_paused, still_wanted=is_still_paused, label=gettext_noop("Programme paused"))
    )


def render(message: Message) -> Mail:
    """The mail as it left, made again from rows that no longer change."""
    invitation = Invitation.objects.select_related("customer", "survey", "version").get(pk=message.source_id)
    content, reminder = invitation.content, message.kind == REMINDER_KIND
    if message.is_text:
        values = text_values(invitation, invitation.customer, content, reminder=reminder)
        return Mail(subject="", text=invitation_text(invitation.language).filled(values).body)
    template = invitation_template(content, invitation.language, reminder=reminder)
    return template.filled(values_for(invitation, invitation.customer, content))


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
    """One template per version and language, filled per person."""
    reminder = messages[0].kind == REMINDER_KIND
    found = Invitation.objects.select_related("customer").in_bulk([m.source_id for m in messages])
    contents = _contents(found.values())
    templates: dict[tuple[int | None, str], PreparedMail] = {}
    texts = {language: invitation_text(language) for language in {m.language for m in messages if m.is_text}}
    personal = {}
    for message in messages:
        invitation = found.get(message.source_id)
        if invitation is None:
            continue
        content = contents.get(invitation.version_id) or invitation.content
        if message.is_text:
            told = text_values(invitation, invitation.customer, content, reminder=reminder)
            personal[message.pk] = Personal(texts[message.language], told)
            continue
        key = (invitation.version_id, invitation.language)
        if key not in templates:
            mail = invitation_template(content, invitation.language, reminder=reminder)
            templates[key] = PreparedMail(mail, from_address=sender_address())
        values = values_for(invitation, invitation.customer, content)
        personal[message.pk] = Personal(templates[key], values)
    return personal


def _contents(invitations: Iterable[Invitation]) -> dict[int | None, Content]:
    """What each version says, read once for all who were asked it."""
    versions = SurveyVersion.objects.in_bulk({invitation.version_id for invitation in invitations})
    return {version.pk: version.parsed for version in versions.values()}


def wanted_invitations(messages: Sequence[Message]) -> set[int]:
    """Those that have not left; or may have, and a person sends them again."""
    return _wanted(messages, Invitation.State.PLANNED, Invitation.State.SENT)


def wanted_reminders(messages: Sequence[Message]) -> set[int]:
    return _wanted(messages, Invitation.State.SENT)


def _wanted(messages: Sequence[Message], *states: str) -> set[int]:
    """Still waiting, of a programme that runs, of a person who is still there and has not said stop."""
    waiting = set(
        Invitation.objects.filter(
            pk__in=[m.source_id for m in messages],
            state__in=states,
            programme__state__in=(Programme.State.RUNNING, Programme.State.PLANNING),
            customer__erased_at=None,
        ).values_list("pk", flat=True)
    )
    stopped = set(
        Suppression.objects.filter(
            channel__in={m.channel for m in messages}, address__in=[m.to_address.lower() for m in messages]
        ).values_list("channel", "address")
    )
    return {m.pk for m in messages if m.source_id in waiting and (m.channel, m.to_address.lower()) not in stopped}
