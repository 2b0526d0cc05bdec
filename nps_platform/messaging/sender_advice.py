"""What to do about the sender's domain, in words: one step a finding, with the exact text to copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nps_platform.messaging.sender_records import MOST_LOOKUPS, Dkim, Dmarc, Found, Spf
from nps_platform.messaging.senders import Sender

OK, WARN, ERR, SILENT = "ok", "warn", "err", "silent"
_GOOD_KEY = 2048
_WEAKEST_KEY = 1024


@dataclass(frozen=True)
class Finding:
    """One of the three: how it stands, what was found, and the record to add or change (name, type, text)."""

    name: str
    tone: str
    title: str
    text: str
    found: str = ""
    host: str = ""
    record: str = ""


def findings(sender: Sender, found: Found, *, reports_to: str) -> list[Finding]:
    """SPF, DKIM, DMARC in the order in which one puts them up."""
    return [
        _silent("SPF") if "spf" in found.silent else _spf(sender, found.spf),
        _silent("DKIM") if "dkim" in found.silent else _dkim(sender, found.dkim),
        _silent("DMARC") if "dmarc" in found.silent else _dmarc(sender, found.dmarc, reports_to),
    ]


def _silent(name: str) -> Finding:
    return Finding(
        name, SILENT, _("No name server answered"), _("Nothing is known about this record. Try again in a while.")
    )


def _spf(sender: Sender, spf: Spf) -> Finding:
    shown, at = "\n".join(spf.records), sender.domain
    right = _completed(spf, sender.allow)
    if not spf.records:
        return Finding(
            "SPF", ERR, _("No SPF record"), _("Nobody says which servers may send for this domain. Add this record."), "",
            at, right,
        )  # fmt: skip
    if len(spf.records) > 1:
        text = _("Receivers ignore SPF where there are two records. Keep one that holds what both say.")
        return Finding("SPF", ERR, _("More than one SPF record"), text, shown, at, _merged(spf.records, sender.allow))
    if sender.allow and sender.allow not in [term.lstrip("+") for term in spf.allows]:
        text = _("The record does not name the server that sends these mails. Change it to this.")
        return Finding("SPF", WARN, _("Our mail server is not named"), text, shown, at, right)
    if spf.lookups > MOST_LOOKUPS:
        text = _(
            "Receivers give up after 10 look-ups, and this record needs more. Take out what no longer sends for you."
        )
        return Finding("SPF", ERR, _("Too many look-ups"), text, shown, at)
    if spf.ending not in ("-all", "~all"):
        text = _("It must end by saying that nobody else may send. Change it to this.")
        return Finding("SPF", WARN, _("Everybody may send"), text, shown, at, right)
    return Finding("SPF", OK, _("SPF is right"), _("It names the servers that may send for this domain."), shown)


def _completed(spf: Spf, allow: str) -> str:
    return _merged(spf.records[:1], allow)


def _merged(records: list[str], allow: str) -> str:
    """One record of all terms, with `allow` and a careful end: one record that ends elsewhere goes on doing so."""
    terms = [term for record in records for term in record.split()[1:]]
    redirects = [term for term in terms if term.startswith("redirect=")]
    named = [term for term in terms if term.lstrip("+-~?") != "all" and term not in redirects]
    wanted = [allow] if allow and allow not in named else []
    careful = "-all" if "-all" in terms else "~all"
    ending = redirects[0] if redirects and len(records) == 1 and len(named) + 1 == len(terms) else careful
    return " ".join(["v=spf1", *dict.fromkeys(named), *wanted, ending])


def _dkim(sender: Sender, dkim: Dkim) -> Finding:
    at = f"{dkim.selector or _('<selector>')}._domainkey.{sender.domain}"
    if not dkim.record:
        text = _(
            "No key was found. Your mail provider makes it: ask there for “DKIM”, and add the record it shows you; its name "
            "ends in “._domainkey.%(domain)s”. If it is there under another selector, write that above and look again."
        )
        return Finding("DKIM", ERR, _("No DKIM key"), text % {"domain": sender.domain}, "", at)
    if not dkim.bits:
        text = _("The record is there, but its key is empty or can't be read. Copy it again from your mail provider.")
        return Finding("DKIM", ERR, _("The key can't be read"), text, dkim.record, at)
    if dkim.kind == "rsa" and dkim.bits < _GOOD_KEY:
        text = _("The key has %(bits)d bits; today it should have 2048. Ask your mail provider for a new one.")
        tone = WARN if dkim.bits >= _WEAKEST_KEY else ERR
        return Finding("DKIM", tone, _("The key is short"), text % {"bits": dkim.bits}, dkim.record, at)
    text = _("The selector “%(selector)s” has a key: receivers can check that a mail is yours.")
    return Finding("DKIM", OK, _("DKIM is right"), text % {"selector": dkim.selector}, dkim.record)


def _dmarc(sender: Sender, dmarc: Dmarc, reports_to: str) -> Finding:
    shown, at = "\n".join(dmarc.records), f"_dmarc.{sender.domain}"
    reports = f"; rua=mailto:{reports_to}" if reports_to else ""
    if not dmarc.records:
        text = _("Gmail and Yahoo ask for one from whoever writes to many. Add this record; it changes nothing yet.")
        return Finding("DMARC", ERR, _("No DMARC record"), text, "", at, f"v=DMARC1; p=none{reports}")
    if len(dmarc.records) > 1:
        text = _("Receivers ignore DMARC where there are two records. Keep one.")
        return Finding(
            "DMARC", ERR, _("More than one DMARC record"), text, shown, f"_dmarc.{dmarc.at}", dmarc.records[0]
        )
    if dmarc.policy not in ("none", "quarantine", "reject"):
        text = _("It says no policy that receivers know. Change it to this.")
        return Finding("DMARC", ERR, _("No policy"), text, shown, at, f"v=DMARC1; p=none{reports}")
    if dmarc.policy == "none":
        text = _(
            "It only watches. Once SPF and DKIM have been right for some weeks, change it to this: forged mails in your "
            "name then go to the spam folder."
        )
        return Finding("DMARC", WARN, _("DMARC only watches"), text, shown, at, _stricter(dmarc))
    text = _("Forged mails in your name are refused or put aside (%(policy)s).") % {"policy": f"p={dmarc.policy}"}
    return Finding("DMARC", OK, _("DMARC is right"), text, shown)


def _stricter(dmarc: Dmarc) -> str:
    return "; ".join(_stricter_tags(dmarc.records[0]))


def _stricter_tags(record: str) -> Iterator[str]:
    for part in filter(None, (part.strip() for part in record.split(";"))):
        yield "p=quarantine" if part.partition("=")[0].strip().lower() == "p" else part
