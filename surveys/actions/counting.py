"""What a programme's counts say, made from its rows: eligible = recipients + Σ skipped."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from surveys.models import Event, Invitation, Programme, SkipReason, Wave


def counts_of(rows: QuerySet[Invitation] | QuerySet[Event]) -> dict:
    """{"eligible", "recipients", "skipped": {reason: n}} of these rows; eligible = recipients + Σ skipped."""
    found = dict(rows.order_by().values_list("skip_reason").annotate(n=Count("*")))
    recipients = found.pop("", 0)
    skipped = {reason: found[reason] for reason in SkipReason.values if reason in found}
    return {"eligible": recipients + sum(skipped.values()), "recipients": recipients, "skipped": skipped}


def programme_counts(programme: Programme, wave: Wave) -> dict:
    """A wave programme shows its newest wave, the others all they ever asked."""
    return wave.counts if programme.mode == Programme.Mode.WAVE else counts_of(programme.invitations.all())


def count_again(programme: Programme) -> None:
    """Set right what stands with a programme and its waves, after rows of it changed hands. In the caller's transaction."""
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    if locked.mode == Programme.Mode.TRIGGER:
        counts = counts_of(locked.events.all())
    else:
        for wave in locked.waves.filter(state=Wave.State.RUNNING):
            Wave.objects.filter(pk=wave.pk).update(counts=counts_of(wave.invitations.all()))
        newest = locked.waves.order_by("-number").first()
        # One that is being planned is counted when that is done.
        if newest is None or newest.state == Wave.State.PLANNING:
            return
        counts = programme_counts(locked, newest)
    Programme.objects.filter(pk=locked.pk).update(counts=counts)


def count_all_again(programmes: Iterable[int]) -> None:
    """In the order of their ids, so that two who count never wait for each other."""
    for programme in Programme.objects.filter(pk__in=list(programmes)).order_by("pk"):
        count_again(programme)
