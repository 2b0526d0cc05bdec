"""What employees see behind their unit's link. It gives no cookie, asks for no name and keeps nothing of the request: neither
address, browser, language nor time (docs/decisions/0024)."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header

from nps_platform.lib.nps import class_of
from nps_platform.lib.rates import happened
from nps_platform.tenancy.public_door import PublicRequest, public_page, speaking
from responses.employees import record_employee
from responses.models import Response
from responses.public_forms import WholeForm
from responses.public_pages import question_page, spoken_by
from responses.survey_page import page_language
from responses.thanks_page import thanks_context
from surveys.authoring.content import Content
from surveys.models import FEWEST, Collector

UNPROCESSABLE = 422
TOO_MANY = 429
# Answers at one link, whoever gives them: counting by address would write addresses down.
A_MINUTE = 120
# How long a page's own mark keeps a second tap from counting twice.
ONCE_SECONDS = 24 * 3600


def employee_visit(request: PublicRequest, collector: Collector, content: Content) -> HttpResponse:
    """The question; a POST with a score counts it and answers with the thanks at once: an address of its own would write the
    class of the answer into histories and logs."""
    if request.method != "POST":
        return _ask(request, collector, content)
    form = WholeForm(request.POST, content)
    if not form.is_valid():
        return _ask(request, collector, content, form, status=UNPROCESSABLE)
    once = _mark(request)
    if once and cache.get(_key(once)):
        return _thanks(request, collector, content, form, again=True)
    if happened(f"employees:{collector.pk}", seconds=60) > A_MINUTE:
        return _ask(request, collector, content, form, status=TOO_MANY)
    said = form.answer()
    if not once or cache.add(_key(once), 1, timeout=ONCE_SECONDS):
        record_employee(collector, score=said["score"], comment=said["comment"], answers=form.said())
    return _thanks(request, collector, content, form)


def employee_privacy(request: PublicRequest, collector: Collector, content: Content) -> HttpResponse:
    """How it is kept that nobody learns who said what, and what it can't do."""
    language = _language(request, collector, content)
    back = request.path.removesuffix("/privacy")
    context = {"back": back, "spoken": content.languages, "language": language, "fewest": FEWEST}
    with speaking(request.organization, language):
        return public_page(request, "public/employee_privacy.html", context, language=language)


def _ask(
    request: PublicRequest, collector: Collector, content: Content, form: WholeForm | None = None, *, status: int = 200
) -> HttpResponse:
    page = question_page(
        request,
        content,
        _language(request, collector, content),
        form,
        template="public/employee.html",
        once=str(_mark(request) or uuid4()),
        fewest=FEWEST,
        busy=status == TOO_MANY,
    )
    page.status_code = status
    return page


def _thanks(
    request: PublicRequest, collector: Collector, content: Content, form: WholeForm, *, again: bool = False
) -> HttpResponse:
    language = _language(request, collector, content)
    score = form.cleaned_data["score"]
    said = Response(survey=collector.survey, score=score, nps_class=class_of(score), answered_at=timezone.now())
    with speaking(request.organization, language):
        context = thanks_context(None, said, content, language, None, None)
        context |= {"again": again, "privacy_url": f"{request.path}/privacy", "spoken": []}
        return public_page(request, "public/employee_thanks.html", context, language=language)


def _language(request: PublicRequest, collector: Collector, content: Content) -> str:
    """As asked for, else the link's; else the browser's first that the survey speaks, else the company's. Never kept."""
    told = [code for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    browser = [form for code in told for form in (code, code.partition("-")[0])]
    return page_language(content, spoken_by(request), collector.language, *browser, request.organization.language)


def _mark(request: PublicRequest) -> UUID | None:
    """The page's own name for what it sends: drawn at random, known to nobody else."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def _key(once: UUID) -> str:
    return f"once:{once}"
