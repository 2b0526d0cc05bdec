"""The simulator's figures as the planner draws them: parts, total, and what more or fewer answers would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_platform.lib.nps import margin_for
from surveys.models import Programme, SkipReason
from surveys.planning.rules import EVENT_WAITS
from surveys.planning.sampling import ASSUMED_VARIANCE
from surveys.planning.simulating import SendingDay, Simulation

MOST_WEEKS = 4


@dataclass(frozen=True)
class SkipLine:
    """One reason why somebody is not asked."""

    reason: str
    label: str
    note: str
    count: int
    share: float


def skip_lines(
    counts: dict[str, int],
    eligible: int,
    *,
    quarantine: int | None = None,
    of_company: int = 0,
    channel: str = Programme.Channel.EMAIL,
    mode: str = Programme.Mode.WAVE,
) -> list[SkipLine]:
    """The reasons in the order in which they hold, in the channel's words. `quarantine`, `of_company`: days of rest."""
    notes, labels = _notes(quarantine, of_company), reason_labels(channel)
    if channel == Programme.Channel.PHONE:
        notes |= _phone_notes()
    elif channel == Programme.Channel.EMAIL_OR_SMS:
        notes |= _either_notes()
    elif channel != Programme.Channel.EMAIL:
        notes |= _text_notes()
    if mode == Programme.Mode.TRIGGER:
        notes = notes | _event_notes()
    return [
        SkipLine(reason, labels[reason], notes[reason], n, n / eligible if eligible else 0)
        for reason, n in counts.items()
    ]


def reason_labels(channel: str) -> dict[str, str]:
    """Every reason in the channel's words."""
    labels = {reason.value: str(reason.label) for reason in SkipReason}
    if channel == Programme.Channel.PHONE:
        return labels | _phone_labels()
    if channel == Programme.Channel.EMAIL_OR_SMS:
        return labels | _either_labels()
    return labels if channel == Programme.Channel.EMAIL else labels | _text_labels()


def _recently(quarantine: int | None, of_company: int) -> str:
    """Who rests: they were asked, or a colleague was. One reason counts both."""
    if quarantine is None:
        return ""
    words = ngettext("Asked within the last day", "Asked within the last %(days)s days", quarantine)
    own = words % {"days": quarantine}
    if not of_company:
        return own
    words = ngettext(
        "%(own)s, or another contact of their company within the last day",
        "%(own)s, or another contact of their company within the last %(days)s days",
        of_company,
    )
    return words % {"own": own, "days": of_company}


def _notes(quarantine: int | None, of_company: int) -> dict[str, str]:
    return {
        SkipReason.ERASED: _("They had their data erased"),
        SkipReason.UNSUBSCRIBED: _("They said stop: never written to again"),
        SkipReason.COMPLAINED: _("They reported a mail as spam"),
        SkipReason.BOUNCED: _("Their address refused an earlier mail"),
        SkipReason.SUPPRESSED: _("On your list of addresses not to write to"),
        SkipReason.NO_PERMISSION: _("They gave no permission for feedback by this channel"),
        SkipReason.NO_ADDRESS: _("Nothing to write to"),
        SkipReason.SAME_ADDRESS: _("Somebody with the same address is asked"),
        SkipReason.OPEN_CASE: _("First it is solved; then they are asked, while the wave is open"),
        SkipReason.INCIDENT: _("Until it ends; then they are asked, while the wave is open"),
        SkipReason.OPEN_INVITATION: _("One question at a time"),
        SkipReason.QUARANTINED: _recently(quarantine, of_company),
        SkipReason.RESERVED: _("A later programme needs them"),
        SkipReason.NOT_SAMPLED: _("Free for another wave"),
    }


def no_gateway_text(channel: str) -> str:
    """Why a programme that writes texts can't be launched."""
    if channel == Programme.Channel.WHATSAPP:
        return _("Nothing was launched: no WhatsApp number is set up. It is in the settings, under SMS and WhatsApp.")
    return _(
        "Nothing was launched: no number that SMS come from is set up. It is in the settings, under SMS and WhatsApp."
    )


def _event_notes() -> dict[str, str]:
    waits = EVENT_WAITS.days
    return {
        SkipReason.OPEN_CASE: ngettext(
            "First it is solved; then the event asks, up to %(n)s day late",
            "First it is solved; then the event asks, up to %(n)s days late",
            waits,
        )
        % {"n": waits},
        SkipReason.INCIDENT: ngettext(
            "Until it ends; then the event asks, up to %(n)s day late",
            "Until it ends; then the event asks, up to %(n)s days late",
            waits,
        )
        % {"n": waits},
    }


def _either_labels() -> dict[str, str]:
    return {
        SkipReason.BOUNCED: _("Address or number out of service"),
        SkipReason.NO_ADDRESS: _("No valid e-mail or mobile number"),
        SkipReason.SAME_ADDRESS: _("Shares an address or a number"),
    }


def _either_notes() -> dict[str, str]:
    return {
        SkipReason.BOUNCED: _("It refused an earlier message"),
        SkipReason.SUPPRESSED: _("On your list of addresses and numbers not to write to"),
        SkipReason.SAME_ADDRESS: _("Somebody with the same address or number is asked"),
    }


def _phone_labels() -> dict[str, str]:
    return {
        SkipReason.BOUNCED: _("Wrong number"),
        SkipReason.SUPPRESSED: _("On the do-not-call list"),
        SkipReason.NO_ADDRESS: _("No valid telephone"),
        SkipReason.SAME_ADDRESS: _("Shares a telephone"),
    }


def _phone_notes() -> dict[str, str]:
    return {
        SkipReason.UNSUBSCRIBED: _("They said no on the telephone: not called again"),
        SkipReason.BOUNCED: _("Somebody else answered an earlier call"),
        SkipReason.SUPPRESSED: _("On your list of numbers not to call"),
        SkipReason.NO_PERMISSION: _("They gave no permission for feedback by telephone"),
        SkipReason.NO_ADDRESS: _("Nothing to dial"),
        SkipReason.SAME_ADDRESS: _("Somebody with the same number is asked"),
    }


def _text_labels() -> dict[str, str]:
    return {
        SkipReason.BOUNCED: _("Number unreachable"),
        SkipReason.NO_ADDRESS: _("No valid mobile number"),
        SkipReason.SAME_ADDRESS: _("Shares a mobile number"),
    }


def _text_notes() -> dict[str, str]:
    return {
        SkipReason.BOUNCED: _("An earlier text did not reach it"),
        SkipReason.SUPPRESSED: _("On your list of numbers not to write to"),
        SkipReason.SAME_ADDRESS: _("Somebody with the same number is asked"),
    }


@dataclass(frozen=True)
class PeopleLine:
    """What asking fewer or more would give. `now` marks the plan as it stands, `most` that nobody is left beyond."""

    asked: int
    answers: int
    margin: float | None
    now: bool
    most: bool


def people_lines(simulation: Simulation) -> list[PeopleLine]:
    """Half, as planned, twice and everybody who is free: people → answers → margin."""
    planned, most = simulation.recipients, simulation.available
    numbers = sorted({n for n in (planned // 2, planned, min(2 * planned, most), most) if n})
    return [_people_line(number, simulation) for number in numbers]


def _people_line(asked: int, simulation: Simulation) -> PeopleLine:
    answers = round(asked * simulation.response_rate)
    margin = margin_for(ASSUMED_VARIANCE, answers, max(simulation.eligible, 1))
    return PeopleLine(asked, answers, margin, asked == simulation.recipients, asked == simulation.available)


@dataclass(frozen=True)
class SendingCalendar:
    """Sending days as whole weeks, without weekends where nothing leaves on one. What comes after them is summed up."""

    days: tuple[SendingDay, ...]
    columns: int
    invitations: int
    reminders: int
    later: int = 0
    last: date | None = None

    @property
    def messages(self) -> int:
        return self.invitations + self.reminders


def calendar_of(days: Sequence[SendingDay]) -> SendingCalendar | None:
    """At most MOST_WEEKS weeks from the first day on; None where no day is known."""
    if not days:
        return None
    told = {one.day: one for one in days}
    monday = days[0].day - timedelta(days=days[0].day.weekday())
    weeks = min((days[-1].day - monday).days // 7 + 1, MOST_WEEKS)
    columns = 7 if any(one.day.isoweekday() > 5 for one in days) else 5
    drawn = [monday + timedelta(days=7 * week + day) for week in range(weeks) for day in range(columns)]
    later = [one for one in days if one.day > drawn[-1]]
    return SendingCalendar(
        days=tuple(told.get(day, SendingDay(day, 0)) for day in drawn),
        columns=columns,
        invitations=sum(one.invitations for one in days),
        reminders=sum(one.reminders for one in days),
        later=sum(one.invitations + one.reminders for one in later),
        last=days[-1].day,
    )


def answers_margin(simulation: Simulation) -> int | None:
    """Half the interval of the expected answers, the larger side; None where nothing is known of the rate but an assumption."""
    if simulation.rate_basis != "observed" or not simulation.expected_answers:
        return None
    answers = simulation.expected_answers
    return max(simulation.answers_high - answers, answers - simulation.answers_low)


def cap_for_the_team(simulation: Simulation) -> int | None:
    """Messages, or calls, a day with which the team keeps up with the cases that they bring; None where it can't be said or it
    does already."""
    spread = simulation.cases.spread_days
    if not spread or not simulation.cases.too_many:
        return None
    all_of_it = simulation.effort.all_calls if simulation.effort else simulation.recipients
    return max(1, -(-all_of_it // spread))
