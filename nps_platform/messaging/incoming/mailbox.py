"""A mailbox read by IMAP (RFC 3501): what is new is taken in, then moved out of the way. Nothing is ever deleted.

A mail that can't be written down now stays where it is and is tried the next time; the others don't wait for it.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from nps_platform.messaging.incoming.taking import take
from nps_platform.messaging.models import SeenMail

TAKEN, ASIDE = "Circulo", "Circulo-failed"
AT_ONCE = 100
MOST_TRIES = 5
HEAD_AND_MORE = 256 * 1024
TIMEOUT = 30
MAILBOX_PROBLEM = "messaging.mailbox.problem"  # in the cache: since when it can't be read
REMEMBERED = timedelta(days=90)  # what was taken is moved out of the folder at once; this is for where that failed
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_VALIDITY = re.compile(rb"\d+")
log = logging.getLogger(__name__)


class BadMailbox(OSError):
    """The server refuses what we ask."""


@dataclass(frozen=True)
class Mailbox:
    """`imaps://user:password@host/INBOX`; `imap://` speaks STARTTLS where the server can."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    by_tls: bool

    @classmethod
    def read(cls, url: str) -> Mailbox:
        parts = urlsplit(url)
        by_tls = parts.scheme == "imaps"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (993 if by_tls else 143),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            by_tls=by_tls,
        )


def fetch_mails() -> int:
    """Take in what is new; how many. Raises OSError where the server can't be reached or refuses."""
    box, many = Mailbox.read(settings.IMAP_URL), 0
    SeenMail.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()
    with _opened(box) as server:
        validity = _validity(server)
        for uid in _waiting(server):
            name = f"{box.folder[:60]}/{validity}/{uid}"
            many += _take_one(server, uid, name)
    return many


@contextmanager
def _opened(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    try:
        server = _connect(box)
    except imaplib.IMAP4.error as error:
        raise BadMailbox(str(error)[:100]) from error
    try:
        server.login(box.user, box.password)
        for folder in (TAKEN, ASIDE):
            server.create(_quoted(folder))  # says NO where it stands already
        _ok(server.select(_quoted(box.folder)))
        yield server
    except imaplib.IMAP4.error as error:
        raise BadMailbox(str(error)[:100]) from error
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _connect(box: Mailbox) -> imaplib.IMAP4:
    if box.by_tls:
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    server = imaplib.IMAP4(box.host, box.port, timeout=TIMEOUT)
    if "STARTTLS" in server.capabilities:
        server.starttls(ssl.create_default_context())
    return server


def _validity(server: imaplib.IMAP4) -> str:
    found = _VALIDITY.search(b" ".join(part for part in server.response("UIDVALIDITY")[1] or [] if part))
    return found[0].decode() if found else "0"


def _waiting(server: imaplib.IMAP4) -> list[str]:
    """Oldest first; \\Deleted ones are on their way out."""
    found = _ok(server.uid("SEARCH", "UNDELETED"))
    return b" ".join(part for part in found if part).decode().split()[:AT_ONCE]


def _take_one(server: imaplib.IMAP4, uid: str, name: str) -> int:
    """Take it, then move it; told twice it is taken once. One that fails again and again is set aside, where it can be seen."""
    try:
        seen = SeenMail.objects.filter(name=name).exists()
        taken = 0 if seen else int(_fetch_and_take(server, uid, name))
        SeenMail.objects.get_or_create(name=name)
    except (OSError, imaplib.IMAP4.abort):
        raise
    except Exception:
        log.exception("mail %s of the mailbox can't be taken in", uid)
        if _tries(name) >= MOST_TRIES:
            _move(server, uid, ASIDE)
        return 0
    _move(server, uid, TAKEN)
    return taken


def _tries(name: str) -> int:
    cache.add(f"mailbox:{name}", 0, timeout=86400)
    return cache.incr(f"mailbox:{name}")


def _fetch_and_take(server: imaplib.IMAP4, uid: str, name: str) -> bool:
    size = _size(server, uid)
    if size <= settings.INBOUND_MAX_BYTES:
        return take(_bytes(server, uid, "BODY.PEEK[]"), uid=name)
    return take(_bytes(server, uid, f"BODY.PEEK[]<0.{HEAD_AND_MORE}>"), uid=name, cut_at=size)


def _size(server: imaplib.IMAP4, uid: str) -> int:
    told = _ok(server.uid("FETCH", uid, "(RFC822.SIZE)"))
    found = _SIZE.search(b" ".join(part if isinstance(part, bytes) else part[0] for part in told if part))
    return int(found[1]) if found else 0


def _bytes(server: imaplib.IMAP4, uid: str, what: str) -> bytes:
    parts = [part for part in _ok(server.uid("FETCH", uid, f"({what})")) if isinstance(part, tuple)]
    if not parts:
        raise ValueError("the mail is gone")
    return bytes(parts[0][1])


def _move(server: imaplib.IMAP4, uid: str, folder: str) -> None:
    """By MOVE (RFC 6851) where the server has it; else a copy, and the mark that it is done."""
    can = _capabilities(server)
    if "MOVE" in can:
        _ok(server.uid("MOVE", uid, _quoted(folder)))
        return
    _ok(server.uid("COPY", uid, _quoted(folder)))
    _ok(server.uid("STORE", uid, "+FLAGS", r"(\Seen \Deleted)"))
    if "UIDPLUS" in can:  # else the mailbox's owner expunges: \Deleted ones are not looked at again
        _ok(server.uid("EXPUNGE", uid))


def _capabilities(server: imaplib.IMAP4) -> list[str]:
    """Asked again: a server may tell more once somebody has signed in."""
    return b" ".join(part for part in _ok(server.capability()) if part).decode("ascii", "replace").upper().split()


def _ok(answer: tuple[str, list]) -> list:
    status, told = answer
    if status != "OK":
        raise BadMailbox(status)
    return told


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
