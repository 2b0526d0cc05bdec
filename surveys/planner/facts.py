"""A launched plan, fact by fact: what the planner's sentences said, for who reads it afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_platform.tenancy.templatetags.circulo import number, percent, when
from surveys.models import Programme
from surveys.planner.fields import days
from surveys.planner.form import ProgrammeForm, weekdays_label
from surveys.planner.said import said_of
from surveys.planning.preparing import hours_of
from surveys.planning.rules import account_quarantine_days, quarantine_days


@dataclass(frozen=True)
class Fact:
    label: str
    text: str


def facts_of(programme: Programme) -> list[Fact]:
    """Whom, when, by what and whom not; only what was chosen."""
    form, of_company = ProgrammeForm(programme=programme), account_quarantine_days(programme)
    found = [
        Fact(_("Audience"), str(programme.audience or _("All customers"))),
        Fact(_("How many"), _sample(programme)),
        Fact(_("How often"), _cadence(form, programme)),
        Fact(_("Next"), when(programme.next_at)),
        Fact(_("Hours"), _window(form, programme)),
        Fact(_("At most a day"), said_of(programme).amount(programme.daily_cap) if programme.daily_cap else ""),
        Fact(_("Channel"), programme.get_channel_display()),
        Fact(_("Reminders"), ", ".join(_after(n) for n in _reminders(programme))),
        Fact(_("Open for"), days(programme.open_days)),
        Fact(_("Quarantine"), days(quarantine_days(programme))),
        Fact(_("Quarantine of a company"), days(of_company) if of_company else ""),
    ]
    return [fact for fact in found if fact.text]


def _reminders(programme: Programme) -> list[int]:
    """Who does not answer the telephone is called again instead."""
    return [] if programme.channel == Programme.Channel.PHONE else programme.reminders


def _after(n: int) -> str:
    return ngettext("after %(n)s day", "after %(n)s days", n) % {"n": n}


def _sample(programme: Programme) -> str:
    sample = programme.sample
    if "number" in sample:
        return _("%(n)s people at random") % {"n": number(sample["number"])}
    if "share" in sample:
        return _("%(share)s at random") % {"share": percent(sample["share"])}
    if "precision" in sample:
        return _("for a margin of ± %(points)s points") % {"points": number(sample["precision"], 1)}
    return ""


def _cadence(form: ProgrammeForm, programme: Programme) -> str:
    said = dict(form.fields["cadence"].choices)[form.said("cadence")]  # type: ignore[attr-defined]
    if programme.mode == Programme.Mode.CONTINUOUS:
        return _("%(how_often)s, each person once in %(days)s") % {
            "how_often": said,
            "days": days(programme.period_days),
        }
    return str(said)


def _window(form: ProgrammeForm, programme: Programme) -> str:
    if not hours_of(programme):
        return ""
    days_ = weekdays_label(form.said("weekdays"))
    if (form.said("opens"), form.said("closes")) == ("00:00", "24:00"):
        return _("%(days)s, at any hour") % {"days": days_}
    hours = {name: dict(form.fields[name].choices)[form.said(name)] for name in ("opens", "closes")}  # type: ignore[attr-defined]
    return _("%(days)s, %(opens)s–%(closes)s on the customer’s clock") % (hours | {"days": days_})
