"""Who got what, when and why not; and sending again what is uncertain."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from nps_platform.messaging.actions import NotResendable, resend, resend_uncertain
from nps_platform.messaging.domains import DAYS, bounces_by_domain
from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import mail_leaves
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.templatetags.circulo import number
from surveys.deliveries import SKIPPED, STAFF, Counts, Filters, counts_of, page_of
from surveys.models import Programme, SkipReason

PROGRAMMES = 200
TONES = {
    "delivered": "ok",
    "bounced": "err",
    "complained": "err",
    "failed": "err",
    "uncertain": "warn",
    "held": "warn",
    "waiting": "info",
}


def labels() -> dict[str, str]:
    """The standings in the reader's words."""
    return {
        "": pgettext("messages", "All"),
        "delivered": pgettext("messages", "Delivered"),
        "sent": pgettext("messages", "Sent"),
        "bounced": pgettext("messages", "Bounced"),
        "complained": pgettext("messages", "Called spam"),
        "uncertain": pgettext("messages", "Uncertain"),
        "failed": pgettext("messages", "Failed"),
        "waiting": pgettext("messages", "Waiting"),
        "held": pgettext("messages", "Held"),
        "cancelled": pgettext("messages", "Taken back"),
        SKIPPED: pgettext("people", "Not asked"),
    }


def words_for_one() -> dict[str, str]:
    """What a single message is."""
    return {
        "delivered": pgettext("one message", "Delivered"),
        "sent": pgettext("one message", "Sent"),
        "bounced": pgettext("one message", "Bounced"),
        "complained": pgettext("one message", "Called spam"),
        "uncertain": pgettext("one message", "Uncertain"),
        "failed": pgettext("one message", "Failed"),
        "waiting": pgettext("one message", "Waiting"),
        "held": pgettext("one message", "Held"),
        "cancelled": pgettext("one message", "Taken back"),
        SKIPPED: pgettext("one person", "Not asked"),
    }


@organization_view(Right.ASK)
def deliverability(request: OrganizationRequest) -> HttpResponse:
    """The list with its counts; bounces by domain come after the page."""
    filters = Filters.read(request.GET)
    page, counts = page_of(filters), counts_of(filters.programme, filters.to)
    here = reverse("deliverability", args=[request.organization.slug])
    programmes = Programme.objects.exclude(state=Programme.State.DRAFT).order_by("-pk")[:PROGRAMMES]
    context = {
        "lines": page.lines,
        "filters": filters,
        "chips": _chips(here, filters, counts),
        "staff": filters.to == STAFF,
        "reasons": [(reason, SkipReason(reason).label, n) for reason, n in counts.reasons.items()],
        "programmes": programmes,
        "programme": next((p for p in programmes if p.pk == filters.programme), None),
        "labels": words_for_one(),
        "tones": TONES,
        "uncertain": counts.standings["uncertain"],
        "next_url": _url(here, filters, before=page.before) if page.before else "",
        "newest_url": _url(here, filters) if "before" in request.GET else "",
        "leaves": mail_leaves(),
    }
    return render(request, "surveys/deliverability.html", context)


def _url(here: str, filters: Filters, **changes: str) -> str:
    told = {name: value for name, value in (filters.told | changes).items() if value}
    return f"{here}?{urlencode(told)}" if told else here


def _chips(here: str, filters: Filters, counts: Counts) -> list[Choice]:
    """Only standings that somebody is in, and the one that was asked for."""
    many = {**counts.standings, SKIPPED: counts.skipped}
    return [
        Choice(
            label, _url(here, filters, state=name, reason=""), name == filters.state, number(many[name]) if name else ""
        )
        for name, label in labels().items()
        if not name or many[name] or name == filters.state
    ]


@organization_view(Right.ASK)
def deliverability_domains(request: OrganizationRequest) -> HttpResponse:
    """The fragment: which domains send mails back."""
    filters = Filters.read(request.GET)
    context = {"domains": bounces_by_domain(filters.programme), "days": DAYS}
    return render(request, "surveys/deliverability_domains.html", context)


@organization_view(Right.ASK, methods=("POST",))
def deliverability_resend(request: OrganizationRequest) -> HttpResponse:
    """Send again what is uncertain: one message (`message`), or all that are, of one programme or of every one."""
    filters = Filters.read(request.POST)
    if request.POST.get("message"):
        _resend_one(request)
    else:
        many = resend_uncertain(group_id=filters.programme, by=request.membership)
        text = ngettext("%(n)s message goes out again.", "%(n)s messages go out again.", many) % {"n": number(many)}
        (messages.success if many else messages.info)(request, text if many else _("No message is uncertain any more."))
    return redirect(_url(reverse("deliverability", args=[request.organization.slug]), filters))


def _resend_one(request: OrganizationRequest) -> None:
    given = request.POST["message"]
    pk = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    try:
        resend(get_object_or_404(Message.objects, pk=pk), by=request.membership)
        messages.success(request, _("The message goes out again."))
    except NotResendable:
        messages.warning(request, _("Only a message that failed or is uncertain can be sent again."))
