"""Setting up the gateway for texts, and trying it out."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nps_platform.lib.sealing import seal
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.kinds import Mail, MessageKind, register_kind
from nps_platform.messaging.models import Message, TextGateway
from nps_platform.messaging.texting import text_gateway
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization

TEST_KIND = "text_test"


def register() -> None:
    """Called when the room is ready."""
    register_kind(MessageKind(TEST_KIND, _render_test, label=gettext_noop("Test of the text gateway")))


@transaction.atomic
def set_up_gateway(*, by: Membership | None, token: str = "", **settings: Any) -> TextGateway:
    """What texts leave by from now on; `settings` as the model's fields. An empty token leaves the one that stands."""
    row = text_gateway() or TextGateway()
    for name, value in settings.items():
        setattr(row, name, value)
    if token:
        row.sealed_token = seal(token)
    row.problem, row.problem_at, row.changed_by = "", None, by
    row.save()
    record("text_gateway.set_up", row, by=by, provider=row.provider, new_token=bool(token))
    return row


@transaction.atomic
def remove_gateway(*, by: Membership | None) -> None:
    """Texts that wait go on waiting; the token is forgotten."""
    row = text_gateway()
    if row is not None:
        record("text_gateway.removed", row, by=by)
        row.delete()


def send_text_test(*, to: str, channel: str, by: Membership) -> Message:
    """A text to a colleague's own number."""
    with translation.override(by.user.language or current_organization().language):
        words = _("%(programme)s: this is a test. Texts to customers leave this way.")
    message = Message(
        kind=TEST_KIND,
        channel=channel,
        audience=Message.Audience.GUEST,
        to_address=to,
        to_name=by.user.name,
        text=words % {"programme": current_organization().programme},
        language=by.user.language or current_organization().language,
        priority=1,
        created_by=by,
    )
    enqueue([message])
    return message


def _render_test(message: Message) -> Mail:
    return Mail(subject="", text=message.text)
