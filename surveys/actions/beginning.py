"""Beginning the waves of a programme, each exactly once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from surveys.models import Programme, Wave
from surveys.planning.occasions import next_at, numbers_due

State = Programme.State


def begin_due(programme: Programme, now: datetime) -> list[Wave]:
    """Make the waves that are to begin by now; a number is taken once, whoever runs twice and however clocks are moved."""
    begun = []
    for number in numbers_due(programme, now):
        with transaction.atomic():
            wave, new = Wave.objects.get_or_create(
                programme=programme,
                number=number,
                defaults={"starts_at": now, "closes_at": now + timedelta(days=programme.open_days)},
            )
            if new:
                begun.append(wave)
                changes = {"closes_at": wave.closes_at} if programme.mode == Programme.Mode.WAVE else {}
                Programme.objects.filter(pk=programme.pk, state=State.RUNNING).update(state=State.PLANNING)
                Programme.objects.filter(pk=programme.pk).update(next_at=next_at(programme), **changes)
    if begun:
        programme.refresh_from_db()
    return begun
