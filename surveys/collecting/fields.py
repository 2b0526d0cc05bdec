"""Fields of places that are more than a line: a tablet's PIN, the websites where a script may show itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name
from django.utils.translation import gettext_lazy as _

from surveys.collecting.pins import hash_pin

MOST_SITES = 50


class PinField(forms.RegexField):
    """Digits in, the hash out; nothing typed keeps what there was."""

    def __init__(self) -> None:
        super().__init__(
            r"^\d{4,12}$",
            label=_("PIN for staff"),
            required=False,
            error_messages={"invalid": _("Write 4 to 12 digits.")},
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )

    def clean(self, value: Any) -> str:
        digits: str = super().clean(value)
        return hash_pin(digits) if digits else ""


class SitesField(forms.CharField):
    """One website a line; kept as browsers name them ("https://www.andina.example")."""

    widget = forms.Textarea

    def __init__(self) -> None:
        super().__init__(
            label=_("Websites"),
            help_text=_("One a line, as https://www.example.com. The script shows itself nowhere else."),
            max_length=4000,
        )

    def prepare_value(self, value: Any) -> str:
        return "\n".join(value) if isinstance(value, list) else value or ""

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        return list(dict.fromkeys(origin_of(line) for line in lines if line))[:MOST_SITES]

    def run_validators(self, value: Any) -> None:
        """Each line was looked at on its own."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def origin_of(written: str) -> str:
    """`https://www.Andina.example/shop` → `https://www.andina.example`. Raises ValidationError; plain http is for one's own
    machine alone."""
    try:
        parts = urlsplit(written if "://" in written else f"https://{written}")
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        local = host in ("localhost", "127.0.0.1")
        if not local:
            validate_domain_name(host)
    except (ValueError, ValidationError) as error:
        raise _refused(written) from error
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise _refused(written)
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def _refused(written: str) -> ValidationError:
    text = _("“%(written)s” is not the address of a website: write it as https://www.example.com.")
    return ValidationError(text, code="invalid", params={"written": written[:100]})
