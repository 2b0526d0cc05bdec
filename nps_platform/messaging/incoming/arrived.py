"""Reading a mail that came in: whatever its sender did to it, it is read, and nothing of it is trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256

from nps_platform.lib.html_text import text_of
from nps_platform.messaging.incoming.quotes import split_quote
from nps_platform.messaging.marks import named_by

OURS = "X-Circulo"  # every mail of ours carries it: one that brings it back is an echo
MOST_TEXT = 50_000
MOST_PARTS = 200
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", re.IGNORECASE)
_BY_MACHINE = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To")


@dataclass(frozen=True)
class Attached:
    """A file of a mail, unchecked."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Arrived:
    """What a mail says. `automatic` is why a person did not write it: own, auto_submitted, precedence, auto_reply, bounce; else
    empty. `key` is the same for the same mail, whichever way and however often it comes."""

    key: str
    message_id: str
    from_address: str
    from_name: str
    recipients: list[str]
    subject: str
    references: list[str]
    text: str
    quoted: str
    automatic: str
    files: list[Attached] = field(default_factory=list)


def read_mail(raw: bytes) -> Arrived:
    """All of it; a head alone where no more was fetched."""
    mail = message_from_bytes(raw)
    text, files = _content(mail)
    own, quoted = split_quote(text)
    name, address = _sender(mail)
    message_id = next(iter(_MESSAGE_ID.findall(_header(mail, "Message-ID"))), "")
    return Arrived(
        key=_key(mail, raw, message_id, address),
        message_id=message_id,
        from_address=address,
        from_name=name,
        recipients=[found for header in _RECIPIENTS for found in _addresses(mail, header)],
        subject=" ".join(_header(mail, "Subject").split())[:255],
        references=references_of(mail),
        text=own,
        quoted=quoted,
        automatic=_automatic(mail, message_id, address),
        files=files,
    )


def references_of(mail: Message) -> list[str]:
    """The Message-IDs it answers, the nearest first."""
    near, far = (_MESSAGE_ID.findall(_header(mail, name)) for name in ("In-Reply-To", "References"))
    return list(dict.fromkeys([*near, *reversed(far)]))[:50]


def _key(mail: Message, raw: bytes, message_id: str, address: str) -> str:
    told = [message_id, address, _header(mail, "Date")]
    return sha256("\n".join(told).encode() if message_id else raw).hexdigest()


# --- head ------------------------------------------------------------------------------------------------------------
def _header(mail: Message, name: str) -> str:
    """The first of this name, decoded; what can't be is shown by its nearest signs."""
    raw = next((value for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    return _decoded(str(raw))


def _decoded(raw: str) -> str:
    text = as_text(raw.encode("utf-8", "surrogateescape"), "")
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError, LookupError):
        return _printable(text)
    return _printable("".join(as_text(p, c or "") if isinstance(p, bytes) else p for p, c in pieces))


def as_text(data: bytes, charset: str) -> str:
    """By the charset it claims, else UTF-8, else the one that takes every byte."""
    for claimed in (charset, "utf-8"):
        try:
            return data.decode(claimed)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text).encode("utf-8", "replace").decode()


def _addresses(mail: Message, name: str) -> list[str]:
    raw = [
        _printable(as_text(str(v).encode("utf-8", "surrogateescape"), ""))
        for k, v in mail.raw_items()
        if k.lower() == name.lower()
    ]
    return [address.lower() for _name, address in getaddresses(raw) if "@" in address]


def _sender(mail: Message) -> tuple[str, str]:
    raw = next((str(value) for key, value in mail.raw_items() if key.lower() == "from"), "")
    found = getaddresses([_printable(as_text(raw.encode("utf-8", "surrogateescape"), ""))])
    name, address = found[0] if found else ("", "")
    return " ".join(_decoded(name).split())[:200], address.lower()[:254] if "@" in address else ""


def _automatic(mail: Message, message_id: str, address: str) -> str:
    """Whether a machine wrote it (RFC 3834, and what mail programs do in its place)."""
    if mail.get(OURS) or named_by(message_id):
        return "own"
    if _header(mail, "Return-Path").strip() == "<>" or mail.get_content_type() == "multipart/report":
        return "bounce"
    submitted = _header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return "auto_submitted"
    if _header(mail, "Precedence").strip().lower() in _BY_MACHINE:
        return "precedence"
    if any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")):
        return "auto_reply"
    return "bounce" if _MACHINES.match(address) else ""


def sent_at(raw: bytes) -> str:
    """The day of its Date, for whom an unreadable mail is listed; empty where it says none."""
    try:
        return parsedate_to_datetime(_header(message_from_bytes(raw[:65536]), "Date")).date().isoformat()
    except (TypeError, ValueError):
        return ""


# --- body ------------------------------------------------------------------------------------------------------------
def _content(mail: Message) -> tuple[str, list[Attached]]:
    """The text, of HTML only where there is no other, and everything that is not text as files."""
    plain, html, files = list[str](), list[str](), list[Attached]()
    for part in _leaves(mail):
        name = _file_name(part)
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment" or bool(name)
        if kind in ("text/plain", "text/html") and not attached:
            (plain if kind == "text/plain" else html).append(_body(part))
        elif kind.startswith("message/delivery-status"):
            continue
        elif attached or not kind.startswith("text/"):
            files.append(Attached(name or kind.replace("/", "."), _bytes(part)))
    text = "\n".join(plain).strip() or "\n".join(map(text_of, html)).strip()
    return _printable(text.replace("\r\n", "\n").replace("\r", "\n"))[:MOST_TEXT], files


def _leaves(mail: Message) -> Iterator[Message]:
    """Its parts; a mail inside it is one file, not more parts."""
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part, seen = waiting.pop(0), seen + 1
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting[:0] = [one for one in inside if isinstance(one, Message)]
        else:
            yield part


def _bytes(part: Message) -> bytes:
    if part.get_content_maintype() == "message":
        inside = part.get_payload()
        whole = inside[0] if isinstance(inside, list) and inside else part
        return whole.as_bytes() if isinstance(whole, Message) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _body(part: Message) -> str:
    charset = part.get_content_charset() or ""
    return as_text(_bytes(part), charset)


def _file_name(part: Message) -> str:
    try:
        return _decoded(str(part.get_filename() or ""))[:200]
    except (LookupError, ValueError, TypeError, UnicodeError):
        return "file"
