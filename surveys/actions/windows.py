"""Who plans which window of a wave: several workers take windows of one wave at once, and each is done once (decision 26)."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from nps_platform.customers.models import Customer
from surveys.models import Programme, Wave, WaveWindow
from surveys.planning.rules import account_quarantine_days, beats_touchpoints

# People judged by one statement: large where the database works while others read, short where it has one writer.
WINDOW = 10_000
WINDOW_OF_ONE_WRITER = 2_000
# Workers that plan one programme at once: mails and other organisations need some too.
PLANNERS = 2


def planners_of(programme: Programme) -> int:
    """How many plan it at once. One where a window depends on those before: of an account one contact is asked, and what gives
    way to a stage's survey is counted again."""
    alone = account_quarantine_days(programme) or beats_touchpoints(programme)
    return 1 if alone or not connection.features.has_select_for_update_skip_locked else PLANNERS


def begin_to_plan(programme: Programme) -> bool:
    """Take one of the programme's places for planners until the transaction ends; False where all are taken. Who plans alone
    takes all of them. On SQLite there is one writer anyhow."""
    places = [_place(programme.pk, place) for place in range(PLANNERS)]
    got = (_taken("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", place) for place in places)
    return all(got) if planners_of(programme) == 1 else any(got)


def stop_planners(programme_id: int) -> None:
    """Wait for the windows that are being planned, and let none begin before the transaction ends."""
    for place in range(PLANNERS):
        _taken("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)) IS NOT NULL", _place(programme_id, place))


def _place(programme_id: int, place: int) -> str:
    return f"planner {place} of programme {programme_id}"


def _taken(sql: str, name: str) -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(sql, [name])
        return bool(cursor.fetchone()[0])


def cut(wave: Wave, audience: QuerySet[Customer]) -> int:
    """Cut what is not planned yet into windows by id; how many."""
    parallel = connection.features.has_select_for_update_skip_locked
    size = WINDOW if parallel else WINDOW_OF_ONE_WRITER
    windows, after = [], wave.planned_up_to
    while after < wave.audience_up_to:
        waiting = audience.filter(pk__gt=after, pk__lte=wave.audience_up_to).order_by("pk")
        last = waiting.values_list("pk", flat=True)[size - 1 : size].first() or wave.audience_up_to
        windows.append(WaveWindow(wave=wave, after=after, up_to=last))
        after = last
    WaveWindow.objects.bulk_create(windows)
    wave.planned_up_to = wave.audience_up_to
    return len(windows)


def take(wave: Wave) -> WaveWindow | None:
    """The first window that nobody is planning, kept from others until the transaction ends."""
    skip = connection.features.has_select_for_update_skip_locked
    return wave.windows.select_for_update(skip_locked=skip, of=("self",)).order_by("pk").first()
