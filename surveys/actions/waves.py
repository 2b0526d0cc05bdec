"""What workers do for a launched programme: plan its waves window by window, ask whom they held back, close them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from celery import signature
from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.lib.chunks import in_chunks
from nps_platform.messaging.actions import announce, cancel
from nps_platform.messaging.models import Message
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.tasks import nudge
from surveys.actions.counting import counts_of, programme_counts
from surveys.actions.giving_way import give_way
from surveys.actions.inserting import WAVE_PRIORITY, invite, invite_by_mail, owe_calls, owe_mails
from surveys.actions.programmes import PLAN, close
from surveys.actions.windows import begin_to_plan, cut, planners_of, stop_planners, take
from surveys.invitations import KINDS
from surveys.models import HELD, Invitation, Programme, Reservation, Wave, WaveWindow
from surveys.planning.judging import Judging
from surveys.planning.occasions import judging_of, number_for_day, occasion_of
from surveys.planning.preparing import Plan, dues_of, prepare

HELD_AT_ONCE = 2_000
State = Programme.State


def plan_next_batch(programme_id: int) -> bool:
    """Judge and invite a window of the oldest wave in planning; whether more may follow here. Raises BrokenSegment.

    Several may plan at once. A window is planned, and gone from the list of windows, in one transaction: whoever crashes or runs
    twice, it is done once. Nobody pauses or closes the programme meanwhile.
    """
    with transaction.atomic():
        programme = (
            Programme.objects.select_related("survey", "audience", "launched_by").filter(pk=programme_id).first()
        )
        if programme is None or not begin_to_plan(programme):
            return False
        programme.refresh_from_db(fields=["state"])
        if programme.state != State.PLANNING:
            return False
        wave = programme.waves.filter(state=Wave.State.PLANNING).order_by("number").first()
        if wave is None:
            Programme.objects.filter(pk=programme_id, state=State.PLANNING).update(state=State.RUNNING)
            return False
        wave.programme = programme
        if _is_cut(wave):
            window = take(wave)
            if window is not None:
                _plan_window(wave, window)
                return True
            # The last one of the others will finish it.
            if wave.windows.exists():
                return False
        return _alone(programme_id, wave)


def _is_cut(wave: Wave) -> bool:
    return bool(wave.plan) and wave.planned_up_to >= wave.audience_up_to


def _alone(programme_id: int, wave: Wave) -> bool:
    """What one does for all: prepare and cut the wave, or finish it."""
    programme = _locked(programme_id)
    wave.refresh_from_db()
    if programme is None or wave.state != Wave.State.PLANNING:
        return True
    wave.programme = programme
    if not _is_cut(wave):
        _prepare(wave)
    elif not wave.windows.exists():
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
    """Decide what concerns everybody: cut-offs of the draw, sending days, windows. People who come later wait for the next wave."""
    judging = _judging(wave)
    if not wave.plan:
        plan = prepare(judging, number=number_for_day(wave.programme, wave.number))
        wave.plan = plan.to_json()
        wave.audience_up_to = judging.audience.aggregate(last=Max("pk"))["last"] or 0
    windows = cut(wave, judging.audience)
    wave.save(update_fields=["plan", "audience_up_to", "planned_up_to"])
    for _helper in range(min(planners_of(wave.programme), windows) - 1):
        nudge(signature(PLAN), current_organization().pk, wave.programme_id)


def _plan_window(wave: Wave, window: WaveWindow) -> None:
    """Invite the people of this window and owe their mails."""
    _commit_soon()
    judging, span = _judging(wave), (window.after, window.up_to)
    people = judging.audience.filter(pk__gt=window.after, pk__lte=window.up_to)
    _invite_window(judging, wave, people, span)
    window.delete()


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
    stop_planners(programme.pk)
    if (
        not Wave.objects.filter(pk=wave.pk)
        .exclude(state=Wave.State.CLOSED)
        .update(state=Wave.State.CLOSED, closed_at=now)
    ):
        return False
    WaveWindow.objects.filter(wave=wave).delete()
    if programme.mode == Programme.Mode.WAVE and programme.every == Programme.Every.ONCE:
        close(programme, by=None, label="close date")
        return True
    still_open = wave.invitations.filter(state__in=(Invitation.State.PLANNED, Invitation.State.SENT))
    for some in in_chunks(still_open.values_list("pk", flat=True), HELD_AT_ONCE):
        cancel(kinds=KINDS, source_ids=some)
        still_open.filter(pk__in=some).update(state=Invitation.State.CLOSED, expires_at=now)
    return True
