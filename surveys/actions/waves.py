"""What workers do for a launched programme: plan its waves window by window, ask whom they held back, close them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.lib.chunks import in_chunks
from nps_platform.messaging.actions import announce, cancel
from nps_platform.messaging.models import Message
from surveys.actions.counting import counts_of, programme_counts
from surveys.actions.giving_way import give_way
from surveys.actions.inserting import WAVE_PRIORITY, invite, invite_by_mail, owe_calls, owe_mails
from surveys.actions.programmes import close
from surveys.invitations import KINDS
from surveys.models import HELD, Invitation, Programme, Reservation, Wave
from surveys.planning.judging import Judging
from surveys.planning.occasions import judging_of, number_for_day, occasion_of
from surveys.planning.preparing import Plan, dues_of, prepare

# People judged by one statement: large where the database works while others read, short where it has one writer.
WINDOW = 20_000
WINDOW_OF_ONE_WRITER = 2_000
HELD_AT_ONCE = 2_000
State = Programme.State


def plan_next_batch(programme_id: int) -> bool:
    """Judge and invite the next window of the oldest wave in planning; whether more may follow. Raises BrokenSegment.

    The programme's row is locked and the wave says how far it came, so a window is done once, whoever crashes or runs twice.
    """
    with transaction.atomic():
        programme = _locked(programme_id)
        if programme is None or programme.state != State.PLANNING:
            return False
        wave = programme.waves.filter(state=Wave.State.PLANNING).order_by("number").first()
        if wave is None:
            Programme.objects.filter(pk=programme_id).update(state=State.RUNNING)
            return False
        wave.programme = programme
        if not wave.plan:
            _prepare(wave)
        elif not _plan_window(wave):
            _finish(wave)
    return True


def _locked(programme_id: int) -> Programme | None:
    return (
        Programme.objects.select_for_update(of=("self",))
        .select_related("survey", "audience", "launched_by")
        .filter(pk=programme_id)
        .first()
    )


def _judging(wave: Wave) -> Judging:
    return judging_of(wave.programme, wave.number, timezone.now(), wave)


def _prepare(wave: Wave) -> None:
    """Decide what concerns everybody: cut-offs of the draw, sending days. People who come later wait for the next wave."""
    judging = _judging(wave)
    plan = prepare(judging, number=number_for_day(wave.programme, wave.number))
    wave.plan = plan.to_json()
    wave.audience_up_to = judging.audience.aggregate(last=Max("pk"))["last"] or 0
    wave.save(update_fields=["plan", "audience_up_to"])


def _plan_window(wave: Wave) -> bool:
    """Invite the next people by id and owe their mails; False where nobody is left."""
    _commit_soon()
    judging, after = _judging(wave), wave.planned_up_to
    waiting = judging.audience.filter(pk__gt=after, pk__lte=wave.audience_up_to)
    last = _window_end(waiting, wave)
    if last is None:
        return False
    _invite_window(judging, wave, waiting.filter(pk__lte=last), (after, last))
    wave.planned_up_to = last
    wave.save(update_fields=["planned_up_to"])
    return last < wave.audience_up_to


def _invite_window(judging: Judging, wave: Wave, people: QuerySet[Customer], span: tuple[int, int]) -> None:
    now, programme, plan = timezone.now(), wave.programme, Plan.from_json(wave.plan)
    occasion = occasion_of(programme, wave.number)
    if connection.vendor == "postgresql":
        judging = replace(judging, span=span)
        if programme.channel != Programme.Channel.PHONE:
            _told(programme, *invite_by_mail(judging, wave, occasion, plan, people, now))
            return
    invite(judging, wave, occasion, plan, people, now)
    planned = programme.invitations.filter(
        occasion=occasion, customer_id__gt=span[0], customer_id__lte=span[1], wave=wave, state=Invitation.State.PLANNED
    )
    owe(planned, wave, now)


def _told(programme: Programme, owed: int, due_at: datetime | None) -> None:
    """What gives way to mails that are owed now is taken back; then a worker is told."""
    if owed:
        give_way(programme)
        announce(Message(due_at=due_at or timezone.now(), priority=WAVE_PRIORITY))


def _commit_soon() -> None:
    """Let PostgreSQL write this window to disk after its commit, not before it says so: if the server dies in between, the window
    is planned again. Nobody can have been asked by then, since whoever claims a mail waits for the disk, and for all before."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")


def _window_end(waiting: QuerySet[Customer], wave: Wave) -> int | None:
    size = WINDOW if connection.features.has_select_for_update_skip_locked else WINDOW_OF_ONE_WRITER
    last = waiting.order_by("pk").values_list("pk", flat=True)[size - 1 : size].first()
    if last is None and waiting.order_by().exists():
        return wave.audience_up_to
    return last


def owe(planned: QuerySet[Invitation], wave: Wave, now: datetime) -> int:
    """Owe the mails of these planned invitations, held where the programme is paused, or the calls; what gives way to them is
    taken back."""
    if wave.programme.channel == Programme.Channel.PHONE:
        called = owe_calls(planned)
        if called:
            give_way(wave.programme)
        return called
    paused = wave.programme.state == State.PAUSED
    owed = owe_mails(planned, wave, state=Message.State.HELD if paused else Message.State.QUEUED, now=now)
    _told(wave.programme, owed, planned.aggregate(first=Min("due_at"))["first"] if owed else None)
    return owed


def _finish(wave: Wave) -> None:
    """Everybody was judged: count from the rows, let go of who was kept for it, and run."""
    wave.state, wave.planned_at, wave.counts = Wave.State.RUNNING, timezone.now(), counts_of(wave.invitations.all())
    wave.save(update_fields=["state", "planned_at", "counts"])
    programme = wave.programme
    Reservation.objects.filter(programme=programme).delete()
    more = programme.waves.filter(state=Wave.State.PLANNING).exists()
    programme.state = State.PLANNING if more else State.RUNNING
    programme.counts, programme.reserves = programme_counts(programme, wave), False
    programme.save(update_fields=["state", "counts", "reserves", "updated_at"])


@transaction.atomic
def ask_held(wave_id: int, now: datetime) -> int:
    """Judge those again whom an open case or an incident kept from a wave; ask those whom nothing holds any more. How many."""
    wave = Wave.objects.select_related("programme__survey", "programme__launched_by").get(pk=wave_id)
    programme = _locked(wave.programme_id)
    if programme is None or programme.state != State.RUNNING or wave.state != Wave.State.RUNNING:
        return 0
    wave.programme = programme
    held = wave.invitations.filter(state=Invitation.State.SKIPPED, skip_reason__in=HELD)
    if not held.exists():
        return 0
    judging = judging_of(programme, wave.number, now, wave)
    people = Customer.objects.filter(pk__in=held.values("customer_id"))
    plan = Plan.from_json(wave.plan)
    select = "SELECT id, reason, channel, language, place FROM judged"
    changed = [row for row in judging.read(select, people=people, draw=plan.draw) if row[1] not in HELD]
    if not changed:
        return 0
    places = tuple({place for _id, reason, _channel, _language, place in changed if not reason})
    asked = _ask_now(wave, Plan(dues=dues_of(programme, now, places, ())), changed)
    wave.counts = counts_of(wave.invitations.all())
    wave.save(update_fields=["counts"])
    Programme.objects.filter(pk=programme.pk).update(counts=programme_counts(programme, wave))
    return asked


def _ask_now(wave: Wave, plan: Plan, changed: list[tuple[Any, ...]]) -> int:
    """Turn skipped rows into planned ones, or give them the reason that holds now."""
    now, asked = timezone.now(), 0
    groups: dict[tuple[str, str, str, str], list[int]] = {}
    for customer_id, reason, *how in changed:
        channel, language, place = ("", "", "") if reason else how
        groups.setdefault((reason, channel, language, place), []).append(customer_id)
    for (reason, channel, language, place), everyone in groups.items():
        for some in in_chunks(everyone, HELD_AT_ONCE):
            rows = wave.invitations.filter(customer_id__in=some, state=Invitation.State.SKIPPED, skip_reason__in=HELD)
            if reason:
                rows.update(skip_reason=reason)
                continue
            due_at = plan.due(place)
            planned = rows.update(
                state=Invitation.State.PLANNED,
                skip_reason="",
                language=language,
                channel=channel,
                due_at=due_at,
                created_at=now,
                expires_at=wave.closes_at,
                version_id=wave.programme.survey.published_id,
            )
            asked += planned
            owe(wave.invitations.filter(customer_id__in=some, state=Invitation.State.PLANNED), wave, now)
    return asked


@transaction.atomic
def close_wave(wave: Wave, now: datetime) -> bool:
    """End a wave on its date: what has not left is taken back; a programme that has no further wave ends with it."""
    programme = wave.programme
    if (
        not Wave.objects.filter(pk=wave.pk)
        .exclude(state=Wave.State.CLOSED)
        .update(state=Wave.State.CLOSED, closed_at=now)
    ):
        return False
    if programme.mode == Programme.Mode.WAVE and programme.every == Programme.Every.ONCE:
        close(programme, by=None, label="close date")
        return True
    still_open = wave.invitations.filter(state__in=(Invitation.State.PLANNED, Invitation.State.SENT))
    for some in in_chunks(still_open.values_list("pk", flat=True), HELD_AT_ONCE):
        cancel(kinds=KINDS, source_ids=some)
        still_open.filter(pk__in=some).update(state=Invitation.State.CLOSED, expires_at=now)
    return True
