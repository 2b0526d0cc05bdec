"""Asking the DNS about the sender's domain: a row says what is asked, a task fills it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from celery import signature
from django.db import transaction
from django.utils import timezone

from nps_platform.messaging.models import SenderCheck
from nps_platform.messaging.sender_records import Dkim, Dmarc, Found, Spf, look_up
from nps_platform.messaging.senders import sender
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.tasks import nudge

CHECK = "messaging.check_sender"
# Three records, some of them followed: whoever has not answered by then will not.
PATIENCE = timedelta(seconds=60)
KEPT = 20


@transaction.atomic
def ask_about_sender(*, selector: str, by: Membership | None) -> SenderCheck:
    """Owe a look-up. Nothing is asked here: the DNS may take its time."""
    check = SenderCheck.objects.create(domain=sender().domain, selector=selector, asked_by=by)
    record("sender.checked", None, by=by, domain=check.domain)
    nudge(signature(CHECK), current_organization().pk, check.pk)
    return check


def answer_sender_check(check_id: int) -> None:
    """Ask the DNS and write down what it says; done before, it is done. Old look-ups go."""
    check = SenderCheck.objects.filter(pk=check_id, answered_at=None).first()
    if check is None:
        return
    selectors = [check.selector] if check.selector else list(sender().selectors)
    found = look_up(check.domain, selectors)
    SenderCheck.objects.filter(pk=check.pk).update(found=asdict(found), answered_at=timezone.now())
    keep = list(SenderCheck.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT])
    SenderCheck.objects.exclude(pk__in=keep).delete()


def found_by(check: SenderCheck) -> Found:
    """What an answered look-up found."""
    told = check.found
    return Found(Spf(**told["spf"]), Dkim(**told["dkim"]), Dmarc(**told["dmarc"]), told["silent"])


def is_lost(check: SenderCheck) -> bool:
    """Whether nobody will answer it any more."""
    return check.answered_at is None and check.asked_at < timezone.now() - PATIENCE
