"""Streamed downloads: their body is made after the view has left the organisation, so they enter it themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone, translation

from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered


def stream_inside(organization: Organization, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Make each chunk inside `organization`, in the language and time zone of the view that called this.

    Entered anew for every chunk: a generator suspended inside would leave its organisation to whoever runs next.
    """
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def stream() -> Iterator[bytes]:
        rest = iter(chunks)
        while True:
            with entered(organization), translation.override(language), timezone.override(zone):
                chunk = next(rest, None)
            if chunk is None:
                return
            yield chunk

    return stream()
