"""Addresses as mail carries them."""

from __future__ import annotations

from functools import lru_cache


def wire_address(address: str) -> str:
    """Its domain in ASCII. UnicodeError where that can't be, or the name before the @ is beyond ASCII."""
    if not address.isprintable():  # a line break would begin a command, or a header, of its own
        raise UnicodeError("control characters in an address")
    name, at, domain = address.rpartition("@")
    return f"{name.encode('ascii').decode()}{at}{_ascii_domain(domain)}"


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    return domain.encode("idna").decode()
