"""What this deployment sends with: the domain, and what is known of its mail server or provider."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from nps_platform.messaging.transport import sender_address


@dataclass(frozen=True)
class Known:
    """A provider's word for SPF, and the selectors it usually signs with."""

    name: str
    spf: str
    selectors: tuple[str, ...]


# By a part of the server's name, or by anymail's name of the provider.
_PROVIDERS = {
    "mailgun": Known("Mailgun", "include:mailgun.org", ("mx", "mailo", "k1", "pic", "smtp")),
    "sendgrid": Known("SendGrid", "include:sendgrid.net", ("s1", "s2", "em")),
    "postmark": Known("Postmark", "include:spf.mtasv.net", ("pm",)),
    "amazon": Known("Amazon SES", "include:amazonses.com", ()),
    "brevo": Known("Brevo", "include:spf.brevo.com", ("brevo1", "brevo2", "mail")),
    "mailjet": Known("Mailjet", "include:spf.mailjet.com", ("mailjet",)),
    "mailersend": Known("MailerSend", "include:_spf.mailersend.net", ("mlsend2", "mlsend")),
    "mandrill": Known("Mandrill", "include:spf.mandrillapp.com", ("mte1", "mandrill")),
    "sparkpost": Known("SparkPost", "include:sparkpostmail.com", ("scph",)),
    "google": Known("Google Workspace", "include:_spf.google.com", ("google",)),
    "gmail": Known("Google Workspace", "include:_spf.google.com", ("google",)),
    "office365": Known("Microsoft 365", "include:spf.protection.outlook.com", ("selector1", "selector2")),
    "outlook": Known("Microsoft 365", "include:spf.protection.outlook.com", ("selector1", "selector2")),
}
_USUAL_SELECTORS = ("default", "mail", "dkim", "s1", "k1", "selector1", "google")


@dataclass(frozen=True)
class Sender:
    """`allow` is what SPF must name; empty where no mail server is set. `provider` is empty where it is nobody known."""

    address: str
    domain: str
    server: str
    provider: str
    allow: str
    selectors: tuple[str, ...]


def sender() -> Sender:
    """As the settings say."""
    address = sender_address()
    server = settings.EMAIL_URL.removeprefix("anymail:") if settings.EMAIL_URL else ""
    host = urlsplit(server).hostname or server
    known = next((known for part, known in _PROVIDERS.items() if part in host), None)
    allow = known.spf if known else (f"a:{host}" if host else "")
    selectors = known.selectors if known and known.selectors else _USUAL_SELECTORS
    return Sender(address, address.rpartition("@")[2].lower(), host, known.name if known else "", allow, selectors)
