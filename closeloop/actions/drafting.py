"""Words on their way: kept as they are typed, gone once they are said. No step of the case: nothing stands on its timeline."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from closeloop.models import Case, CaseEvent, Draft
from nps_platform.tenancy.models import Membership

SENT_LATELY = timedelta(minutes=2)


@transaction.atomic
def keep_draft(case: Case, *, tab: str, text: str, by: Membership) -> bool:
    """Keep what `by` has written so far in the place of what was kept; False where nothing is left to keep.

    A save that comes after the sending (a slow network) does not bring the sent words back.
    """
    if not text.strip() or _was_sent(case, tab, text, by):
        drop_draft(case, tab=tab, by=by)
        return False
    Draft.objects.update_or_create(
        case=case, author=by, tab=Draft.Tab(tab), defaults={"text": text, "updated_at": timezone.now()}
    )
    return True


def drop_draft(case: Case, *, tab: str, by: Membership | None) -> None:
    """It was sent, or emptied."""
    if by:
        Draft.objects.filter(case=case, author=by, tab=tab).delete()


def _was_sent(case: Case, tab: str, text: str, by: Membership) -> bool:
    since = timezone.now() - SENT_LATELY
    said = CaseEvent.objects.filter(case=case, kind=tab, actor=by, at__gte=since)
    return text.strip() in said.values_list("text", flat=True)
