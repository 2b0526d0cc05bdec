"""A case's two clocks as the pane says them, with what was escalated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closeloop.breach import Breach, first_contact, resolution
from closeloop.models import Case, Escalation
from closeloop.sla import clock_of, resolution_run, resolution_target
from nps_platform.lib import formats
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.templatetags.circulo import reader_locale

_TONES = {
    Breach.ON_TIME: "",
    Breach.DUE_SOON: "warn",
    Breach.OVERDUE: "err",
    Breach.WAS_LATE: "warn",
    Breach.PAUSED: "",
}


@dataclass(frozen=True)
class ClockLine:
    """What it measures, its state as a tag, and the time that belongs to it."""

    name: str
    state: str
    tone: str
    time: str


def clocks_of(case: Case) -> list[ClockLine]:
    """First contact and solution, each where it was promised, and how often the case was escalated."""
    now = timezone.now()
    lines = [_line(_("First contact"), first_contact(case, now), _contact_time(case))]
    lines.append(_line(_("Solution"), resolution(case, now), _resolution_time(case, now)))
    return [line for line in (*lines, _escalated(case)) if line]


def _line(name: str, state: Breach | None, time: str) -> ClockLine | None:
    return ClockLine(name, str(state.label), _TONES[state], time) if state else None


def _contact_time(case: Case) -> str:
    at = case.attempted_at or (case.due_at if case.is_open else None)
    return _moment(at) if at else ""


def _resolution_time(case: Case, now: datetime) -> str:
    """When it is due; what is left of business time while it stands, what it took once it is over."""
    if case.resolution_due_at:
        return _moment(case.resolution_due_at)
    if not case.is_open:
        return _("took %(time)s of business time") % {"time": _hours(timedelta(seconds=case.resolution_seconds))}
    target = resolution_target(case)
    used = resolution_run(case).used(clock_of(current_organization()), now)
    left = max(target - used, timedelta(0)) if target else timedelta(0)
    return _("%(time)s of business time left") % {"time": _hours(left)}


def _escalated(case: Case) -> ClockLine | None:
    taken = list(Escalation.objects.filter(case=case).select_related("event"))
    if not taken:
        return None
    times = ngettext("%(n)s time", "%(n)s times", len(taken)) % {"n": len(taken)}
    names = ", ".join(taken[-1].event.data["to_names"])
    # Translators: names of colleagues, and when they were told
    return ClockLine(
        _("Escalated"), times, "", _("last to %(names)s, %(at)s") % {"names": names, "at": _moment(taken[-1].at)}
    )


def _moment(at: datetime) -> str:
    return formats.when(at, timezone.now(), timezone.get_current_timezone(), reader_locale())


def _hours(time: timedelta) -> str:
    return formats.duration(time.total_seconds(), reader_locale())
