"""Today: what needs this person, how the score stands, who spoke last."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.charts import trend_chart
from dashboards.forms import RECENT_DAYS, current_locale
from dashboards.needs import Need, needs_of_cases, needs_of_troubles, needs_of_waves, steps
from dashboards.periods import last_days
from dashboards.queries.comments import voices
from dashboards.queries.filters import EVERY_KIND, Filters
from dashboards.queries.loop import loop
from dashboards.queries.scores import standing, trend
from dashboards.queries.today import last_loaded, running_waves, set_up, troubles, waiting_cases
from dashboards.readers import Reader
from dashboards.wording import sentence, trend_title
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right

VOICES = 5


@organization_view(Right.ENTER)
def home(request: OrganizationRequest) -> HttpResponse:
    membership, reader = request.membership, Reader.of(request.membership)
    todo = steps(set_up(membership), membership)
    context = {
        "page_title": _("Today"),
        "greeting": _greeting(),
        "today": timezone.localdate(),
        "now": timezone.now(),
        "reader": reader,
        "needs": _needs(membership),
        "steps": todo,
        "steps_done": [step for step in todo if step.done],
        "next_step": next((step for step in todo if not step.done), None),
        "loaded": last_loaded() if membership.may(Right.LOAD_REVENUE) else None,
    }
    if membership.may(Right.RESULTS):
        context |= _score(reader)
    return render(request, "dashboards/home.html", context)


def _greeting() -> str:
    hour = timezone.localtime().hour
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 20 else _("Good evening")


def _needs(membership: Membership) -> list[Need]:
    """The most pressing first; what this person can't mend is not theirs to read."""
    slug, locale = membership.organization.slug, current_locale()
    found: list[Need] = []
    if membership.may(Right.CASES):
        found += needs_of_cases(waiting_cases(membership), slug, locale)
    found += needs_of_troubles(troubles(membership), slug, locale)
    if membership.may(Right.ASK):
        found += needs_of_waves(running_waves(), slug, locale)
    return sorted(found, key=lambda need: ["err", "warn", "ok"].index(need.tone))


def _score(reader: Reader) -> dict[str, Any]:
    locale = current_locale()
    recent = Filters(last_days(RECENT_DAYS, timezone.localdate()))
    every_kind = Filters(recent.period, EVERY_KIND)
    where = standing(recent, threshold=reader.threshold)
    months = trend(recent, threshold=reader.threshold)
    return {
        "standing": where,
        "sentence": sentence(where.against_before, locale),
        "trend": trend_chart(months, title=trend_title(months, locale), locale=locale, mix=False, height="12rem"),
        "loop": loop(every_kind),
        "comments": voices(every_kind, reader, limit=VOICES) if reader.comments else None,
    }
