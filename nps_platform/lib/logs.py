"""Personal links stay out of the logs: whoever reads a log must not be able to answer in a customer's name."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"/(s|l|u|c|d|f|join|m|w|kiosk|hooks/text|reset/key|confirm-email)/[^/\s\"'?]+")


class WithoutTokens(logging.Filter):
    """Cuts the token out of every logged path; the door that it was for stays readable."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_tokens(arg) if isinstance(arg, str) else arg for arg in record.args)
        if isinstance(record.msg, str):
            record.msg = without_tokens(record.msg)
        return True


def without_tokens(text: str) -> str:
    """`/s/AbC…/thanks` → `/s/…/thanks`."""
    return _TOKEN.sub(r"/\1/…", text)
