"""Mails that found no case of their own, and the files of those that did."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from closeloop.actions.mailing import attach_mail, discard_mail
from closeloop.models import Case, CaseFile
from closeloop.unplaced import waiting_mails, with_suggestions
from nps_platform.messaging.incoming.mailbox import MAILBOX_PROBLEM
from nps_platform.messaging.incoming.taking import try_again
from nps_platform.messaging.models import InboundMail
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

ONLY_POST = ("POST",)
MOST_LISTED = 100


@organization_view(Right.CASES)
def unplaced_mails(request: OrganizationRequest) -> HttpResponse:
    """Each with what it says and the case it may belong to."""
    waiting = waiting_mails()
    page = {
        "mails": with_suggestions(waiting.order_by("-id")[:MOST_LISTED]),
        "total": waiting.count(),
        "most": MOST_LISTED,
        "problem_since": cache.get(MAILBOX_PROBLEM),
    }
    return render(request, "closeloop/mails.html", page)


@organization_view(Right.CASES, methods=ONLY_POST)
def mail_attach(request: OrganizationRequest, pk: int) -> HttpResponse:
    """It belongs to this case."""
    mail: InboundMail = get_object_or_404(InboundMail.objects, pk=pk)
    given = request.POST.get("number", "").strip().removeprefix("#")
    known = given.isascii() and given.isdigit() and len(given) < 19
    case = Case.objects.filter(number=int(given)).first() if known else None
    if case is None:
        messages.error(request, _("There is no case of this number: the mail waits as before."))
    elif attach_mail(mail, case, by=request.membership):
        messages.success(request, _("The mail is in case %(number)s now.") % {"number": case.number})
    else:
        messages.info(request, _("A colleague was quicker: this mail has been dealt with."))
    return redirect("unplaced_mails", request.organization.slug)


@organization_view(Right.CASES, methods=ONLY_POST)
def mail_discard(request: OrganizationRequest, pk: int) -> HttpResponse:
    """It is nothing for us."""
    if discard_mail(get_object_or_404(InboundMail.objects, pk=pk), by=request.membership):
        messages.success(request, _("The mail is discarded."))
    return redirect("unplaced_mails", request.organization.slug)


@organization_view(Right.CASES, methods=ONLY_POST)
def mail_retry(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Read it once more."""
    try_again(get_object_or_404(InboundMail.objects, pk=pk))
    messages.success(request, _("The mail is being read again."))
    return redirect("unplaced_mails", request.organization.slug)


@organization_view(Right.CASES)
def case_file(request: OrganizationRequest, number: int, pk: int) -> HttpResponse:
    """A file of the case, to be saved: never drawn by the browser."""
    row: CaseFile = get_object_or_404(CaseFile.objects, pk=pk, case__number=number)
    try:
        with row.file.open("rb") as file:
            response = HttpResponse(file.read(), content_type=row.kind)
    except FileNotFoundError as error:
        raise Http404 from error
    plain = row.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "'").replace("\\", "_")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(row.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
