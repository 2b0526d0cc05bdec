"""What the DNS says about the domain that mails come from: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489).

Only records are read here; what should be done about them is `sender_advice.py`'s. Each question has a few seconds.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any

import dns.exception
import dns.resolver
from django.conf import settings

SECONDS = 3.0  # one server's time to answer
SECONDS_IN_ALL = 6.0
MOST_LOOKUPS = 10  # RFC 7208 §4.6.4: whoever needs more is as good as without SPF
_DEEPEST = 12
_ASKS = ("include:", "a", "mx", "ptr", "exists:", "redirect=")
# Bytes of a public key in DER, by the size of an RSA key in bits.
_RSA_BITS = ((100, 512), (170, 1024), (300, 2048), (430, 3072), (10_000, 4096))


class NoAnswer(Exception):
    """No name server answered in time: nothing is known, which is not the same as no record."""


@dataclass(frozen=True)
class Spf:
    """`records` that begin with v=spf1 (one is right), what they allow, and how many look-ups that takes."""

    records: list[str] = field(default_factory=list)
    allows: list[str] = field(default_factory=list)
    lookups: int = 0
    ending: str = ""  # "-all", "~all", "?all", "+all" or nothing; that of the record it redirects to


@dataclass(frozen=True)
class Dkim:
    """The key at <selector>._domainkey.<domain>: `bits` 0 where it can't be read or was withdrawn."""

    selector: str = ""
    record: str = ""
    kind: str = "rsa"
    bits: int = 0


@dataclass(frozen=True)
class Dmarc:
    """The policy, and the domain it was found at: the organisation's own one may speak for its subdomains."""

    records: list[str] = field(default_factory=list)
    at: str = ""
    policy: str = ""
    reports_to: str = ""


@dataclass(frozen=True)
class Found:
    """All three; `silent` names those for which no name server answered."""

    spf: Spf
    dkim: Dkim
    dmarc: Dmarc
    silent: list[str] = field(default_factory=list)


def look_up(domain: str, selectors: list[str]) -> Found:
    """Ask for all three. The first of `selectors` that has a key counts. Never raises: what is not known is `silent`."""
    silent: list[str] = []
    answers: dict[str, Any] = {"spf": Spf(), "dkim": Dkim(selectors[0] if selectors else ""), "dmarc": Dmarc()}
    for name, ask in (
        ("spf", lambda: read_spf(domain)),
        ("dkim", lambda: read_dkim(domain, selectors)),
        ("dmarc", lambda: read_dmarc(domain)),
    ):
        try:
            answers[name] = ask()
        except NoAnswer:
            silent.append(name)
    return Found(answers["spf"], answers["dkim"], answers["dmarc"], silent)


def _resolver() -> dns.resolver.Resolver:
    servers = settings.DNS_SERVERS
    try:
        resolver = dns.resolver.Resolver(configure=not servers)
    except dns.resolver.NoResolverConfiguration as error:
        raise NoAnswer(str(error)) from error
    if servers:
        resolver.nameservers = [server.partition("#")[0] for server in servers]
        resolver.port = int(servers[0].partition("#")[2] or 53)
    resolver.timeout, resolver.lifetime = SECONDS, SECONDS_IN_ALL
    return resolver


def texts_at(name: str) -> list[str]:
    """The TXT records of a name, each in one piece, in a steady order; none where it has none. Raises NoAnswer."""
    try:
        answer = _resolver().resolve(name, "TXT", raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return []
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        raise NoAnswer(type(error).__name__) from error
    return sorted(b"".join(row.strings).decode("utf-8", "replace") for row in answer.rrset or ())


def read_spf(domain: str) -> Spf:
    """Raises NoAnswer."""
    records = [text for text in texts_at(domain) if _is(text, "v=spf1")]
    if not records:
        return Spf()
    return Spf(records, records[0].split()[1:], _lookups(records[0], 0), _ending(records[0], 0))


def _ending(record: str, depth: int) -> str:
    """What becomes of servers that no term names; a redirect counts only where there is no "all" (RFC 7208 §6.1)."""
    terms = record.split()[1:]
    ending = next((term for term in terms if term.lstrip("+-~?") == "all"), "")
    elsewhere = next((term.partition("=")[2] for term in terms if term.startswith("redirect=")), "")
    if not ending and elsewhere and depth < _DEEPEST:
        inner = [text for text in texts_at(elsewhere) if _is(text, "v=spf1")]
        return _ending(inner[0], depth + 1) if inner else ""
    return "+all" if ending == "all" else ending


def _lookups(record: str, depth: int) -> int:
    """How many questions a receiver must ask to follow this record, counted until it is too many."""
    asked = 0
    for term in record.split()[1:]:
        bare = term.lstrip("+-~?")
        if not bare.startswith(_ASKS) or bare.startswith("all"):
            continue
        asked += 1
        name = bare.partition(":")[2] if bare.startswith("include:") else bare.partition("redirect=")[2]
        if name and depth < _DEEPEST and asked <= MOST_LOOKUPS:
            inner = [text for text in texts_at(name) if _is(text, "v=spf1")]
            asked += _lookups(inner[0], depth + 1) if inner else 0
    return asked


def read_dkim(domain: str, selectors: list[str]) -> Dkim:
    """Raises NoAnswer."""
    for selector in selectors:
        for text in texts_at(f"{selector}._domainkey.{domain}"):
            tags = tags_of(text)
            if "p" in tags:
                kind = tags.get("k", "rsa").lower()
                return Dkim(selector, text, kind, _bits(tags["p"], kind))
    return Dkim(selectors[0] if selectors else "")


def _bits(key: str, kind: str) -> int:
    try:
        length = len(base64.b64decode(re.sub(r"\s", "", key), validate=True))
    except (binascii.Error, ValueError):
        return 0
    if not length or kind == "ed25519":
        return 256 if length else 0
    return next(bits for most, bits in _RSA_BITS if length < most)


def read_dmarc(domain: str) -> Dmarc:
    """At the domain itself, else at those above it, short of the top one. Raises NoAnswer."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        at = ".".join(labels[start:])
        records = [text for text in texts_at(f"_dmarc.{at}") if _is(text, "v=DMARC1")]
        if records:
            tags = tags_of(records[0])
            inherited = tags.get("sp") if start else None
            return Dmarc(records, at, (inherited or tags.get("p", "")).lower(), tags.get("rua", ""))
    return Dmarc()


def _is(text: str, version: str) -> bool:
    return re.split(r"[\s;]", text.strip(), maxsplit=1)[0].lower() == version.lower()


def tags_of(text: str) -> dict[str, str]:
    """v=DMARC1; p=none → {"v": "DMARC1", "p": "none"}."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}
