"""One invitation prepared and sent to a local sink: our prepared mail, against Django's message objects over one shared connection."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from benchmarks.report import Result, interleaved, rate
from benchmarks.sink import Sink
from nps_platform.messaging.delivery import Delivery, Outcome, Outgoing
from nps_platform.messaging.prepared import PreparedMail
from nps_platform.messaging.sending import AT_ONCE
from nps_platform.messaging.transport import open_transport, sender_address
from surveys.authoring.content import content_for
from surveys.invitation_mail import invitation_template
from surveys.models import Survey

GOAL, MAILS = 10, 500  # a batch, as a worker sends it


def message_prepared_and_sent(survey: Survey) -> Result:
    """Mails a second of both sides, in turn; the same words, the same sink, one connection each."""
    with Sink() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        for side in (_ours, _django):
            side(survey, 1)  # templates are read and imports made once in a worker's life
        ratio, ours, theirs = interleaved(
            lambda: rate(lambda n: _ours(survey, n), MAILS), lambda: rate(lambda n: _django(survey, n), MAILS)
        )
    detail = f"{max(ours):,.0f} mails/s prepared against {max(theirs):,.0f}/s built by Django (best of {len(ours)})"
    return Result("message prepared and sent", ratio, GOAL, detail)


def _values(number: int) -> dict[str, str]:
    return {
        "token": f"{number:044d}",
        "stop": f"{number:044d}",
        "greeting": f"Hola, Mercedes {number}:",
        "subject": "¿Nos recomendaría?",
    }


def _ours(survey: Survey, count: int) -> None:
    """As a worker does it: at most so many are handed over at once as may be marked *sending*."""
    prepared = PreparedMail(invitation_template(content_for(survey), "es"), from_address=sender_address())
    told: list[Delivery] = []
    with open_transport() as transport:
        for first in range(0, count, AT_ONCE):
            told += transport.deliver(_outgoing(prepared, range(first, min(first + AT_ONCE, count))))
    assert told == [Delivery(Outcome.SENT)] * count


def _outgoing(prepared: PreparedMail, numbers: range) -> Iterator[Outgoing]:
    for number in numbers:
        address = f"mercedes{number}@correo.example"
        data = prepared.filled(
            _values(number),
            to_address=address,
            to_name="Mercedes Aliaga",
            message_id=f"<{number}@bench>",
            at=timezone.now(),
        )
        yield Outgoing(address, data)


def _django(survey: Survey, count: int) -> None:
    template = invitation_template(content_for(survey), "es")
    with get_connection() as connection:
        for number in range(count):
            mail = template.filled(_values(number))
            message = EmailMultiAlternatives(
                mail.subject,
                mail.text,
                sender_address(),
                [f"Mercedes Aliaga <mercedes{number}@correo.example>"],
                headers={**mail.headers, "Message-ID": f"<{number}@bench>"},
                connection=connection,
            )
            message.attach_alternative(mail.html, "text/html")
            message.send()
