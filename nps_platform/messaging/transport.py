"""How finished mails leave: by SMTP over one connection, by a provider's backend, or not at all (kept in the outbox)."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from functools import lru_cache

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from nps_platform.messaging.addresses import wire_address
from nps_platform.messaging.delivery import CantConnect, Delivery, Outcome, Outgoing, Transport
from nps_platform.messaging.smtp import SmtpTransport


def sender_address() -> str:
    """The bare address mails come from. UnicodeError where mail can't carry it."""
    return _bare(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=8)  # asked for with each mail
def _bare(address: str) -> str:
    return wire_address(parseaddr(address)[1])


@contextmanager
def open_transport() -> Iterator[Transport[Outgoing]]:
    """One connection for a batch. Raises CantConnect."""
    if not settings.EMAIL_URL:
        yield KeptInOutbox()
        return
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise CantConnect(type(error).__name__) from error
    try:
        if isinstance(connection, EmailBackend):
            yield SmtpTransport(connection, sender=sender_address())
        else:
            yield ProviderTransport(connection)
    finally:
        connection.close()


class KeptInOutbox:
    """Nothing leaves: the outbox shows each mail and its links, so that one can play the customer."""

    def deliver(self, mails: Iterable[Outgoing]) -> Iterator[Delivery]:
        for _mail in mails:
            yield Delivery(Outcome.KEPT)


class ProviderTransport:
    """A provider's Django backend (anymail). It takes objects, so the prepared bytes are read back."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def deliver(self, mails: Iterable[Outgoing]) -> Iterator[Delivery]:
        return map(self._one, mails)

    def _one(self, mail: Outgoing) -> Delivery:
        try:
            sent = self._connection.send_messages([_read_back(mail)])
        except AnymailRecipientsRefused:
            return Delivery(Outcome.REFUSED, "the provider refuses this address")
        except (AnymailError, OSError, RuntimeError, ValueError) as error:  # whether it left is not known
            return Delivery(Outcome.UNCERTAIN, type(error).__name__)
        return Delivery(Outcome.SENT if sent else Outcome.REFUSED)


def _read_back(given: Outgoing) -> EmailMultiAlternatives:
    parsed = message_from_bytes(given.data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    own = {"from", "to", "subject", "reply-to", "mime-version", "content-type", "content-transfer-encoding"}
    mail = EmailMultiAlternatives(
        subject=str(parsed["Subject"]),
        body=text.get_content() if text else "",
        from_email=str(parsed["From"]),
        to=[str(parsed["To"] or given.recipient)],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
        headers={name: str(value) for name, value in parsed.items() if name.lower() not in own},
    )
    if html:
        mail.attach_alternative(html.get_content(), "text/html")
    for part in parsed.iter_attachments():
        mail.attach(part.get_filename(), part.get_payload(decode=True), part.get_content_type())
    return mail
