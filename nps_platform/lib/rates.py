"""Counting how often something happens, in the cache: what is kept there may be lost, and nobody is refused for that."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv6Address, IPv6Network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def happened(what: str, *, seconds: int, times: int = 1) -> int:
    """Count `what` so many `times` more; how often that was since the first of these `seconds`."""
    if cache.add(what, times, timeout=seconds):
        return times
    try:
        return int(cache.incr(what, times))
    except ValueError:  # it ran out between the two
        return times


def caller_of(request: HttpRequest) -> str:
    """Who calls: behind a proxy, whom the proxy itself names last. One machine has 2⁶⁴ addresses of IPv6, and counts as one."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    try:
        return str(IPv6Network((IPv6Address(address.partition("%")[0]), 64), strict=False))
    except AddressValueError:
        return address
