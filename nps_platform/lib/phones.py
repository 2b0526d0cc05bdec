"""Telephone numbers as text messages carry them: E.164, read from whatever people write."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

# What takes no texts, or charges whoever writes to it.
_WITHOUT_TEXTS = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)


def mobile_number(written: str, country: str = "") -> str:
    """ "600 123 456" in Spain → "+34600123456"; empty for what is no valid number, or one that takes no texts.

    `country`: where a number without its country's prefix is from, by two letters.
    """
    number = _valid(written, country)
    if number is None or phonenumbers.number_type(number) in _WITHOUT_TEXTS:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def dialled_number(written: str, country: str = "") -> str:
    """Any number that can be called, landlines too, in E.164; empty for what is none."""
    number = _valid(written, country)
    return "" if number is None else phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _valid(written: str, country: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(written.strip(), country or None)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def masked_number(number: str) -> str:
    """Enough to know one's own number by: +34…456."""
    return f"{number[:3]}…{number[-3:]}" if len(number) > 8 else "…"
