"""A mail filled from pieces says what was put into it, whatever that was, and is fit for the wire as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nps_platform.messaging.prepared import Mail, PreparedMail, slot

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
# Dots, breaks and long lines are what the wire is particular about.
words = st.lists(
    st.sampled_from(["." * 3, ".", "\n", "\r\n", "\r", "=", " ", "ñ", "<", "a" * 74, "b" * 75]), max_size=12
)
texts = words.map("".join)


def filled(mail: Mail, values: dict[str, str], *, to: str = "eva@x.example", name: str = "Eva") -> bytes:
    prepared = PreparedMail(mail, from_address="voz@x.example")
    return prepared.filled(values, to_address=to, to_name=name, message_id="<1@x>", at=AT)


def broken_by_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(deadline=None)
@given(before=texts, value=texts, after=texts)
@example(before="", value="." + "a" * 75, after="")
@example(before="a" * 75, value="", after="." * 80)
def test_what_was_written_is_read_and_no_line_begins_with_a_dot(before: str, value: str, after: str) -> None:
    body = before + slot("value") + after
    data = filled(Mail("Hola", body, html=f"<p>{body}"), {"value": value})
    lines = data.split(b"\r\n")
    assert not any(line.startswith(b".") for line in lines)
    assert b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines)
    parsed = message_from_bytes(data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    plain = parsed.get_body(("plain",))
    assert plain is not None
    assert broken_by_lf(plain.get_content()) == "".join(map(broken_by_lf, (before, value, after)))


@settings(deadline=None)
@given(text=texts.map(lambda text: text.replace(" ", "")))  # the standard library goes one beyond for a last blank
@example(text="." + "a" * 74)
@example(text="." * 80)
def test_lines_are_as_short_as_quoted_printable_promises(text: str) -> None:
    assert max(len(line) for line in filled(Mail("Hola", text), {}).split(b"\r\n")) <= 76


def test_an_address_is_written_as_mail_can_carry_it() -> None:
    data = filled(Mail("Hola", "Hola"), {}, to="eva@ñandú.example", name="Eva, la ñ")
    parsed = message_from_bytes(data, policy=policy.default)
    (address,) = parsed["To"].addresses
    assert (address.display_name, address.addr_spec) == ("Eva, la ñ", "eva@xn--and-6ma2c.example")
    for impossible in ("ñ@x.example", "a@x.example\r\nBcc: b@x.example"):
        with pytest.raises(UnicodeError):
            filled(Mail("Hola", "Hola"), {}, to=impossible)
