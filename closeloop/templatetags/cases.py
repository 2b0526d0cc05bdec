"""How a case's times and entries read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_currency
from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from closeloop import inbox
from closeloop.breach import Breach, now_owed
from closeloop.kinds import case_address
from closeloop.models import Case, CaseEvent, Promise
from closeloop.refusals import why_refused
from nps_platform.lib import formats
from nps_platform.messaging.models import Message
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.templatetags.circulo import reader_locale

register = template.Library()
URGENT = timedelta(hours=1)
SOON = timedelta(hours=6)


@dataclass(frozen=True)
class Due:
    """A case's time in words; `tone` is warn where it is due soon, err where it presses."""

    text: str
    tone: str = ""


@register.simple_tag
def due(case: Case) -> Due:
    """ "due in 24 min", "1 h 10", "tomorrow 10:00", "overdue for 2 h"; why nothing is due, where nothing is."""
    if not case.is_open:
        return Due(case.get_state_display(), "ok" if case.state == Case.State.CONFIRMED else "")
    if case.is_at_rest:
        return Due(_("asked not to be contacted") if case.refuses_contact else _("waiting for the customer"))
    left = case.act_by - timezone.now()
    if left < timedelta(0):
        return Due(_overdue(case.act_by, -left), "err")
    if left < URGENT:
        # Translators: time is a stretch such as "24 min"
        return Due(_("due in %(time)s") % {"time": _stretch(left)}, "err")
    tone = "warn" if now_owed(case, timezone.now()) == Breach.DUE_SOON else ""
    return Due(_stretch(left) if left < SOON else _moment(case.act_by), tone)


def _overdue(since: datetime, by: timedelta) -> str:
    if by < timedelta(days=1):
        # Translators: time is a stretch such as "2 h 10"
        return _("overdue for %(time)s") % {"time": _stretch(by)}
    # Translators: moment is a time such as "yesterday 18:40" or "Mar 3, 9:12"
    return _("overdue since %(moment)s") % {"moment": _moment(since)}


def _stretch(time: timedelta) -> str:
    return formats.duration(time.total_seconds(), reader_locale())


def _moment(at: datetime) -> str:
    return formats.when(at, timezone.now(), timezone.get_current_timezone(), reader_locale())


@register.filter
def on_day(at: datetime) -> str:
    """ "21 Nov 2026, 9:12": for mails, where "today" would soon be wrong."""
    zone, locale = timezone.get_current_timezone(), reader_locale()
    values = {
        "day": formats.day_label(at.astimezone(zone).date(), locale),
        "time": formats.time_label(at, zone, locale),
    }
    # Translators: a day and a time of day, "21 Nov 2026, 9:12"
    return _("%(day)s, %(time)s") % values


@register.filter
def money_whole(amount: Decimal, currency: str) -> str:
    """1840.37 EUR → 1.840 €: a rough size, where cents would only be in the way."""
    pattern = Locale.parse(reader_locale()).currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(amount, currency, pattern, locale=reader_locale(), currency_digits=False)


@register.filter
def case_url(case: Case) -> str:
    """The case in the inbox, as a whole address: for mails."""
    return case_address(case)


@register.filter
def in_words(names: Iterable[str]) -> str:
    """ "Marta Olmedo and Alicia Robles" """
    return format_list(list(names), locale=reader_locale())


@register.simple_tag
def escalation_reason(event: CaseEvent) -> str:
    """ "80 % of the time for the first word was over", "overdue", again or for the first time."""
    values = {"percent": formats.percent(event.data["percent"] / 100, locale=reader_locale())}
    if event.data["promise"] == Promise.CONTACT:
        # Translators: percent such as "80 %"
        said = _("%(percent)s of the time for our word was used") % values
    else:
        said = _("%(percent)s of the time for the solution was used") % values
    again = event.data["repetition"]
    if not again:
        return said
    # Translators: said is the reason; n counts the reminders
    return _("%(said)s (reminder %(n)s)") % {"said": said, "n": again}


@register.simple_tag
def entry_template(event: CaseEvent) -> str:
    """The piece that draws this kind of entry."""
    return f"closeloop/events/{event.kind}.html"


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def alert_tabs(context: template.Context, here: str) -> dict[str, Any]:
    """Where one is among the pages about alerts."""
    slug = context["organization"].slug
    places = {
        "alert_rules": _("Rules"),
        "alert_log": _("Who was told"),
        "chat_rooms": _("Chat rooms"),
        "quiet_hours": _("Quiet hours"),
    }
    items = [Choice(label, reverse(name, args=[slug]), name == here) for name, label in places.items()]
    return {"items": items, "label": _("Alerts")}


_BY_A_MACHINE = gettext_noop("An automatic answer came in")
_AUTOMATIC = {
    "own": gettext_noop("A mail of ours came back"),
    "bounce": gettext_noop("A mail server reported about our mail"),
    "too_many": gettext_noop("Many mails within an hour: this one was only noted"),
}


@register.filter
def why_automatic(event: CaseEvent) -> str:
    """What kind of mail nobody is told of."""
    return _(_AUTOMATIC.get(event.data.get("why", ""), _BY_A_MACHINE))


@register.filter
def file_refused(told: dict[str, str]) -> str:
    """ "factura.exe: this kind of file isn't accepted"."""
    return why_refused(told["name"], told["why"])


@register.filter
def can_undo(event: CaseEvent, reader: Membership | None) -> bool:
    """Whether `reader` wrote it and it has not left."""
    message = event.message
    held = message and message.state == Message.State.QUEUED and not message.attempts and "before" in event.data
    return bool(held and reader and event.actor_id == reader.pk)


@register.simple_tag
def tags_of(case: Case) -> list[str]:
    """The names of a case's tags, in order."""
    return inbox.tags_of([case]).get(case.pk, [])
