"""Who was told, by what channel, when, and with what result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from closeloop.models import Alert
from closeloop.wording import endpoint_name
from nps_platform.messaging.models import Message
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.scope import current_organization
from nps_platform.webhooks.log import answer_of
from nps_platform.webhooks.models import Delivery

PAGE = 50
State = Message.State
_ON_ITS_WAY = (State.QUEUED, State.CLAIMED, State.SENDING)
_LOST = (State.FAILED, State.BOUNCED, State.CANCELLED)
SHOWN: dict[str, tuple[Any, Q]] = {
    "waiting": (_("For a digest"), Q(is_waiting=True)),
    "trying": (_("On its way"), Q(message__state__in=_ON_ITS_WAY) | Q(delivery__state=Delivery.State.WAITING)),
    "told": (_("Told"), Q(message__state=State.SENT) | Q(delivery__state=Delivery.State.DELIVERED)),
    "trouble": (_("Not delivered"), Q(message__state__in=_LOST) | Q(delivery__state=Delivery.State.FAILED)),
}


@dataclass(frozen=True)
class Filters:
    """Unknown values narrow nothing."""

    show: str = ""
    before: int | None = None

    @classmethod
    def read(cls, given: Any) -> Filters:
        show, before = given.get("show", ""), given.get("before", "")
        is_number = before.isascii() and before.isdigit() and len(before) < 19
        return cls(show if show in SHOWN else "", int(before) if is_number else None)


@dataclass(frozen=True)
class Line:
    """One alert as page and API show it: `state` is one of SHOWN or "nobody", `next_at` when it is sent, or tried again."""

    alert: Alert
    state: str
    result: Any
    tone: str
    next_at: datetime | None = None
    error: str = ""

    @property
    def program(self) -> str:
        """What the program that was told is called."""
        return endpoint_name(self.alert.endpoint) if self.alert.endpoint else ""


def rows_of(show: str) -> QuerySet[Alert]:
    """Those that a filter means, with all that a line reads."""
    rows = Alert.objects.filter(SHOWN[show][1]) if show else Alert.objects.all()
    return rows.select_related(
        "person__user", "room", "endpoint", "rule", "message", "delivery", "response__customer", "response__account", "response__case",
        "invitation__customer", "invitation__programme",
    )  # fmt: skip


def page_of(filters: Filters) -> dict[str, Any]:
    """One page of the log by keyset, newest first."""
    rows = rows_of(filters.show)
    if filters.before is not None:
        rows = rows.filter(pk__lt=filters.before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    here = reverse("alert_log", args=[current_organization().slug])
    older = {"show": filters.show, "before": found[PAGE - 1].pk} if len(found) > PAGE else {}
    chips = [Choice(label, f"{here}?show={name}", name == filters.show) for name, (label, _rows) in SHOWN.items()]
    return {
        "lines": [line_of(alert) for alert in found[:PAGE]],
        "chips": [Choice(pgettext("alerts", "All"), here, not filters.show), *chips],
        "next_url": f"{here}?{urlencode(older)}" if older else "",
        "newest_url": here + (f"?show={filters.show}" if filters.show else "") if filters.before else "",
        "filtered": bool(filters.show),
        "here": "alert_rules",
    }


def line_of(alert: Alert) -> Line:
    """What became of one alert."""
    message = alert.message
    if alert.endpoint:
        return _line_of_delivery(alert, alert.delivery)
    if alert.is_waiting:
        return Line(alert, "waiting", _("Waits for a digest"), "info", alert.due_at or alert.at)
    if message is None:
        return Line(alert, "nobody", _("Nobody to tell any more"), "")
    if message.state in _ON_ITS_WAY:
        queued = message.state == State.QUEUED
        again = message.attempts > 0 and queued
        result, tone = (_("Is tried again"), "warn") if again else (_("On its way"), "info")
        return Line(alert, "trying", result, tone, message.due_at if queued else None, message.error)
    if message.state == State.SENT:
        return Line(alert, "told", _("Told") if message.message_id else _("Kept in the outbox"), "ok")
    return Line(alert, "trouble", message.get_state_display(), "err", None, message.error)


def _line_of_delivery(alert: Alert, delivery: Delivery | None) -> Line:
    """Of a program; its tries are kept for a while only."""
    if delivery is None:
        return Line(alert, "nobody", _("Too long ago to know"), "")
    error = answer_of(delivery.status, delivery.error)
    if delivery.state == Delivery.State.DELIVERED:
        return Line(alert, "told", _("Told"), "ok")
    if delivery.state == Delivery.State.FAILED:
        return Line(alert, "trouble", delivery.get_state_display(), "err", None, error)
    result, tone = (_("Is tried again"), "warn") if delivery.tries else (_("On its way"), "info")
    return Line(alert, "trying", result, tone, delivery.due_at, error)
