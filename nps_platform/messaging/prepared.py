"""A mail built once and filled per person: MIME is made of encoded pieces with slots between them.

Building MIME is what a mail costs; filling a prepared one joins bytes. Every mail goes through here, personal or not, so
that there is one builder.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import Header
from email.utils import encode_rfc2231, format_datetime, formataddr
from functools import lru_cache
from html import escape

from nps_platform.messaging.addresses import wire_address
from nps_platform.messaging.delivery import Dotless

# A slot in a template's subject, text, html or headers; the marks are private characters that no text contains.
_OPEN, _CLOSE = "\ue000", "\ue001"
_SLOT = re.compile(f"{_OPEN}(\\w+){_CLOSE}")
_BOUNDARY = b"circulo-part-7d4c1f"
_FILES_BOUNDARY = b"circulo-file-3b9e27"
_LINE = b"\r\n"
_LEADING_DOT = re.compile(rb"^\.(.*)$", re.MULTILINE)


def slot(name: str) -> str:
    """The place in a template that `values[name]` will fill (escaped in HTML)."""
    return f"{_OPEN}{name}{_CLOSE}"


@dataclass(frozen=True)
class Enclosed:
    """A file that goes with a mail; `kind` is its media type."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True)
class Mail:
    """One finished mail, or a template with slots."""

    subject: str
    text: str
    html: str = ""
    from_name: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    files: tuple[Enclosed, ...] = ()

    def filled(self, values: dict[str, str]) -> Mail:
        """The same with its slots filled, for showing it."""
        escaped = {name: escape(value) for name, value in values.items()}
        return Mail(
            _fill(self.subject, values),
            _fill(self.text, values),
            _fill(self.html, escaped),
            self.from_name,
            self.reply_to,
            {name: _fill(value, values) for name, value in self.headers.items()},
            self.files,
        )


def _fill(text: str, values: dict[str, str]) -> str:
    return _SLOT.sub(lambda match: values.get(match[1], ""), text)


@dataclass(frozen=True)
class PreparedText:
    """A text with slots. `variables` fill a template that WhatsApp approved: the one numbered `template`, else the
    organisation's where it has one."""

    body: str
    variables: dict[str, str] = field(default_factory=dict)
    template: str = ""

    def filled(self, values: dict[str, str]) -> PreparedText:
        """One person's."""
        variables = {name: _fill(text, values) for name, text in self.variables.items()}
        return PreparedText(_fill(self.body, values), variables, _fill(self.template, values))


class PreparedMail:
    """A `Mail` template turned into bytes, sent from one address."""

    def __init__(self, mail: Mail, *, from_address: str) -> None:
        self._subject = mail.subject
        self._fixed, self._personal = _split_headers(mail, from_address)
        pieces = list(_pieces(mail))
        self._pieces = [piece if isinstance(piece, bytes) else b"" for piece in pieces]
        self._places: dict[_Slot, list[int]] = {}
        for place, piece in enumerate(pieces):
            if isinstance(piece, _Slot):
                self._places.setdefault(piece, []).append(place)

    def filled(
        self, values: dict[str, str], *, to_address: str, to_name: str, message_id: str, at: datetime
    ) -> Dotless:
        """The whole message for one person, CRLF lines, ready for DATA. UnicodeError where the address can't be written to."""
        head = [
            f"To: {_address(_one_line(to_name), wire_address(to_address))}",
            f"Subject: {_header(_one_line(_fill(self._subject, values)))}",
            f"Message-ID: {message_id}",
            f"Date: {_date(at.replace(microsecond=0))}",
            *(f"{name}: {_one_line(_fill(value, values))}" for name, value in self._personal),
        ]
        body, made = self._pieces.copy(), dict[str, bytes]()
        for filled_slot, places in self._places.items():
            text = filled_slot.text(values)
            if text not in made:
                made[text] = _on_lines_of_its_own(text)
            for place in places:
                body[place] = made[text]
        return Dotless(b"".join((self._fixed, "\r\n".join(head).encode("ascii", "replace"), _LINE, *body)))


@dataclass(frozen=True)
class _Slot:
    name: str
    in_html: bool

    def text(self, values: dict[str, str]) -> str:
        value = values.get(self.name, "")
        return escape(value) if self.in_html else value


def _on_lines_of_its_own(text: str) -> bytes:
    """Soft breaks before and after vanish when it is read."""
    return b"=\r\n" + _quoted(text) + b"=\r\n" if text else b""


def _quoted(text: str) -> bytes:
    """Quoted-printable, in which no line begins with a dot: nothing is to be doubled on the way (RFC 5321 §4.5.2)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    lines = binascii.b2a_qp(plain, quotetabs=False, istext=True)
    if lines.startswith(b".") or b"\n." in lines:
        lines = _LEADING_DOT.sub(_as_number, lines)
    return lines.replace(b"\n", _LINE)


def _as_number(line: re.Match[bytes]) -> bytes:
    """The dot by its number; a line that would grow beyond 76 bytes is broken softly behind it."""
    rest = line[1]
    return b"=2E" + rest if len(rest) < 74 else b"=2E=\n" + _LEADING_DOT.sub(_as_number, rest)


def _split_headers(mail: Mail, from_address: str) -> tuple[bytes, list[tuple[str, str]]]:
    """Headers that are everybody's as bytes, and those with slots."""
    fixed = [f"From: {_address(_one_line(mail.from_name), from_address)}", "MIME-Version: 1.0"]
    if mail.reply_to:
        fixed.append(f"Reply-To: {_address('', _one_line(mail.reply_to))}")
    personal = [(name, value) for name, value in mail.headers.items() if _OPEN in value]
    fixed += [f"{name}: {_header(_one_line(value))}" for name, value in mail.headers.items() if _OPEN not in value]
    return ("\r\n".join(fixed) + "\r\n").encode("ascii", "replace"), personal


def _pieces(mail: Mail) -> list[bytes | _Slot]:
    """The body after the headers, and the files behind it."""
    if not mail.files:
        return _words(mail)
    opening = b'Content-Type: multipart/mixed; boundary="' + _FILES_BOUNDARY + b'"\r\n\r\n--' + _FILES_BOUNDARY + _LINE
    return [opening, *_words(mail), *map(_file_part, mail.files), b"\r\n--" + _FILES_BOUNDARY + b"--\r\n"]


def _file_part(file: Enclosed) -> bytes:
    """Its name for readers of RFC 2231, and without its accents for the others."""
    plain = _one_line(file.name).encode("ascii", "replace").decode().replace('"', "'").replace("\\", "_")
    head = (
        f"\r\n--{_FILES_BOUNDARY.decode()}\r\nContent-Type: {file.kind}\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{plain}";\r\n filename*={encode_rfc2231(_one_line(file.name), "utf-8")}\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(file.data).replace(b"\n", _LINE)


def _words(mail: Mail) -> list[bytes | _Slot]:
    """One text part, or text and HTML as alternatives."""
    if not mail.html:
        return [_part_head("plain") + _LINE, *_encoded(mail.text, in_html=False), _LINE]
    opening = b'Content-Type: multipart/alternative; boundary="' + _BOUNDARY + b'"\r\n'
    return [
        opening + b"\r\n--" + _BOUNDARY + _LINE + _part_head("plain") + _LINE,
        *_encoded(mail.text, in_html=False),
        b"\r\n--" + _BOUNDARY + _LINE + _part_head("html") + _LINE,
        *_encoded(mail.html, in_html=True),
        b"\r\n--" + _BOUNDARY + b"--\r\n",
    ]


def _part_head(subtype: str) -> bytes:
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    return head.encode()


def _encoded(text: str, *, in_html: bool) -> list[bytes | _Slot]:
    parts = _SLOT.split(text)
    return [_Slot(part, in_html) if index % 2 else _quoted(part) for index, part in enumerate(parts)]


def _one_line(text: str) -> str:
    """No value may start a header of its own."""
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _header(text: str) -> str:
    return text if text.isascii() and len(text) < 900 else Header(text, "utf-8", maxlinelen=75).encode(linesep="\r\n")


def _address(name: str, address: str) -> str:
    return f"{_quoted_name(name)} <{address}>" if name else address


@lru_cache(maxsize=1024)
def _quoted_name(name: str) -> str:
    return formataddr((name, "")).removesuffix(" <>")


@lru_cache(maxsize=16)
def _date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC))
