"""What needs somebody today, in words, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.queries.today import RunningWave, SetUp, Troubles, WaitingCases
from nps_platform.lib.formats import number
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from surveys.models import Programme


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do: what, why, and the one way to it. Tones: err (now), warn (today), ok (for information)."""

    tone: str
    title: str
    text: str
    url: str
    action: str
    since: datetime | None = None


def needs_of_cases(waiting: WaitingCases, slug: str, locale: str) -> Iterator[Need]:
    inbox = reverse("inbox", args=[slug])
    if late := waiting.overdue.count:
        oldest = _("The longest wait is case %(number)s.") % {"number": waiting.oldest.number} if waiting.oldest else ""
        title = ngettext(
            "%(n)s case is overdue without first contact", "%(n)s cases are overdue without first contact", late
        ) % {"n": number(late, 0, locale)}
        since = waiting.oldest.due_at if waiting.oldest else None
        yield Need("err", title, oldest, f"{inbox}?{waiting.overdue.query}", _("Open the inbox"), since)
    if unsolved := waiting.unsolved.count:
        title = ngettext(
            "%(n)s case is past the deadline for its solution",
            "%(n)s cases are past the deadline for their solution",
            unsolved,
        ) % {"n": number(unsolved, 0, locale)}
        text = _("Time in which the customer was to speak does not count.")
        yield Need("err", title, text, f"{inbox}?{waiting.unsolved.query}", _("See what is overdue"))
    if soon := waiting.soon.count:
        title = ngettext("%(n)s case is due within a day", "%(n)s cases are due within a day", soon) % {
            "n": number(soon, 0, locale)
        }
        text = ngettext("Nobody has contacted this customer yet.", "Nobody has contacted these customers yet.", soon)
        yield Need("warn", title, text, f"{inbox}?{waiting.soon.query}", _("See what is due"))
    if free := waiting.unassigned.count:
        title = ngettext("%(n)s case belongs to nobody", "%(n)s cases belong to nobody", free) % {
            "n": number(free, 0, locale)
        }
        text = _("A case with a name on it is answered sooner.")
        yield Need("warn", title, text, f"{inbox}?{waiting.unassigned.query}", _("Assign"))


def needs_of_waves(waves: list[RunningWave], slug: str, locale: str) -> Iterator[Need]:
    for wave in waves:
        programme = wave.programme
        values = {"name": programme.name, **_progress(wave, locale)}
        text = _("Sent: %(sent)s of %(planned)s. Answered: %(answered)s.") % values
        url = reverse("programme", args=[slug, programme.pk])
        if programme.state == Programme.State.PAUSED:
            yield Need("warn", _("“%(name)s” is paused") % values, text, url, _("Look at it"))
        else:
            yield Need("ok", _("“%(name)s” is under way") % values, text, url, _("See how it goes"))


def _progress(wave: RunningWave, locale: str) -> dict[str, str]:
    counts = {"planned": wave.planned, "sent": wave.sent, "answered": wave.answered}
    return {name: number(count, 0, locale) for name, count in counts.items()}


def needs_of_troubles(found: Troubles, slug: str, locale: str) -> Iterator[Need]:
    imports = reverse("imports", args=[slug])
    if found.failed_imports:
        title = ngettext("%(n)s import failed", "%(n)s imports failed", found.failed_imports) % {
            "n": found.failed_imports
        }
        text = ngettext(
            "The file is kept; see what stopped it and try again.",
            "The files are kept; see what stopped them and try again.",
            found.failed_imports,
        )
        yield Need("err", title, text, f"{imports}?show=failed", _("See why"))
    if found.waiting_imports:
        title = ngettext(
            "%(n)s file is checked and waits for your yes",
            "%(n)s files are checked and wait for your yes",
            found.waiting_imports,
        ) % {"n": found.waiting_imports}
        text = _("Nothing is written before you confirm.")
        yield Need("warn", title, text, f"{imports}?show=waiting", _("Continue"))
    if found.uncertain_mails:
        title = ngettext(
            "Nobody knows whether %(n)s mail left", "Nobody knows whether %(n)s mails left", found.uncertain_mails
        ) % {"n": number(found.uncertain_mails, 0, locale)}
        text = ngettext(
            "The worker stopped while sending. Resend it, or leave it be.",
            "The worker stopped while sending. Resend them, or leave them be.",
            found.uncertain_mails,
        )
        yield Need("warn", title, text, f"{reverse('outbox', args=[slug])}?show=uncertain", _("Decide"))
    if unknown := found.unknown_customers:
        title = ngettext(
            "The revenue of %(n)s customer number belongs to nobody",
            "The revenue of %(n)s customer numbers belongs to nobody",
            unknown,
        ) % {"n": number(unknown, 0, locale)}
        text = _("It counts in the total, but in no class, until the customers are known.")
        yield Need("warn", title, text, reverse("unmatched", args=[slug]), _("See the amounts"))


# --- the first days --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps to the first answer."""

    name: str
    text: str
    url: str
    action: str
    done: bool


def steps(done: SetUp, membership: Membership) -> list[Step]:
    """All five, in the order in which they make sense; only for those who can take them."""
    if not membership.may(Right.ASK):
        return []
    slug = membership.organization.slug
    return [_customers(done, slug), _revenue(done, slug), _survey(done, slug), _wave(done, slug)] + (
        [_team(done, slug)] if membership.may(Right.MEMBERS) else []
    )


def _customers(done: SetUp, slug: str) -> Step:
    text = _("Bring the people you want to ask, from a file.")
    return Step(_("Customers"), text, reverse("imports", args=[slug]), _("Import customers"), done.customers)


def _revenue(done: SetUp, slug: str) -> Step:
    text = _("Load what they pay, month by month, to see what each class is worth.")
    return Step(_("Revenue"), text, reverse("imports", args=[slug]), _("Import revenue"), done.revenue)


def _survey(done: SetUp, slug: str) -> Step:
    text = _("Start from a template, look at it as a customer would, and publish it.")
    return Step(_("Survey"), text, reverse("surveys", args=[slug]), _("Make a survey"), done.survey)


def _wave(done: SetUp, slug: str) -> Step:
    text = _("Choose whom to ask, and see who would be asked before anything is sent.")
    return Step(_("First wave"), text, reverse("programmes", args=[slug]), _("Plan a wave"), done.wave)


def _team(done: SetUp, slug: str) -> Step:
    text = _("Invite the people who will answer the unhappy customers.")
    return Step(_("Team"), text, reverse("members", args=[slug]), _("Invite the team"), done.team)
