"""The kinds of places that can be made now: what each is for, and what it asks for beyond what all do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.models import Collector


@dataclass(frozen=True)
class OfferedKind:
    """`fields`: Collector's own beside those of every kind; `part`: the template of what only this kind has on its page."""

    kind: Collector.Kind
    icon: str
    text: Promise | str
    fields: tuple[str, ...] = ()
    part: str = ""

    @property
    def label(self) -> Promise | str:
        return self.kind.label


OFFERED: tuple[OfferedKind, ...] = (
    OfferedKind(
        Collector.Kind.LINK,
        "qr-code",
        _("One address for everybody: on a poster at the counter, on a receipt, in a newsletter."),
        fields=("receipt",),
        part="responses/collectors/link.html",
    ),
    OfferedKind(
        Collector.Kind.KIOSK,
        "device-tablet",
        _(
            "A tablet at a counter, one question after the other, for one person after the other. It also works without network."
        ),
        fields=("pin", "idle_seconds"),
        part="responses/collectors/kiosk.html",
    ),
    OfferedKind(
        Collector.Kind.EMBED,
        "code-bracket",
        _("A small question in the corner of your own website or shop, brought there by one line."),
        fields=("sites", "after_seconds", "every_days"),
        part="responses/collectors/embed.html",
    ),
    OfferedKind(
        Collector.Kind.EMPLOYEE,
        "user-group",
        _("One address for all who work in a unit. They answer without a name, and nobody learns who said what."),
        fields=("people",),
        part="responses/collectors/link.html",
    ),
)


def offered(kind: str) -> OfferedKind | None:
    """What is offered under this name."""
    return next((one for one in OFFERED if one.kind == kind), None)
