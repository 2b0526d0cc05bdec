"""Where a case stands against its two promises: first contact and resolution (METHOD §9)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closeloop.models import Case


class Breach(models.TextChoices):
    """A promise's state; `paused` while the customer's turn it is."""

    ON_TIME = "on_time", _("On time")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", pgettext_lazy("target", "Overdue")
    WAS_LATE = "was_late", _("Was late")
    PAUSED = "paused", _("Paused")


def first_contact(case: Case, now: datetime) -> Breach | None:
    """Of the first attempt to reach the customer; None where none was owed, or it was closed in time without one."""
    if case.due_at is None:
        return None
    if case.attempted_at:
        return Breach.WAS_LATE if case.attempted_at > case.due_at else Breach.ON_TIME
    if not case.is_open:
        return Breach.WAS_LATE if case.resolved_at and case.resolved_at > case.due_at else None
    return None if case.refuses_contact else _running(case.due_at, _soon(case), now)


def resolution(case: Case, now: datetime) -> Breach | None:
    """Of the solution; None where none was promised."""
    if case.resolution_minutes is None:
        return None
    if not case.is_open:
        return Breach.WAS_LATE if case.resolution_was_late else Breach.ON_TIME
    if case.resolution_due_at is None:
        return Breach.PAUSED
    return _running(case.resolution_due_at, case.resolution_soon_at, now)


def now_owed(case: Case, now: datetime) -> Breach | None:
    """Of what has to be done next, a word or the solution; None where nothing is owed."""
    if case.owed_by is None:
        return None
    soon = [at for at in (case.contact_soon_at, case.resolution_soon_at) if at]
    return _running(case.owed_by, min(soon, default=None), now)


def _soon(case: Case) -> datetime | None:
    """What is due soon first is the first contact only where no later word is owed instead."""
    return None if case.answer_since else case.contact_soon_at


def _running(due: datetime, soon: datetime | None, now: datetime) -> Breach:
    if due <= now:
        return Breach.OVERDUE
    return Breach.DUE_SOON if soon and soon <= now else Breach.ON_TIME
