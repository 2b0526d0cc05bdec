"""A table of hard cases for the two clocks of a case (METHOD §9), each played through the actions that people use.

A row: where and when, what happened, and what holds at a moment: first contact (or our next answer) due, resolution due (None
while it stands), and both states. Times are local; policy unless said: contact 8 h, resolution 16 h, soon from 75 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from closeloop.actions import customer_reply, customer_verdict, log_call, reopen, resolve, send_reply
from closeloop.actions.clocks import rewind_open_cases
from closeloop.actions.policies import delete_policy, save_policy
from closeloop.breach import first_contact, resolution
from closeloop.models import Case, CasePolicy, RootCause
from closeloop.tasks import follow_up_pending, rewind_everywhere
from nps_platform.tenancy.actions import update_organization
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization
from responses.actions import correct_response
from tests.closeloop.conftest import Opens

ROME, SANTIAGO, KATHMANDU = "Europe/Rome", "America/Santiago", "Asia/Kathmandu"
NINE_TO_SIX = {str(day): [["09:00", "18:00"]] for day in range(1, 6)}
SPLIT = {str(day): [["09:00", "13:00"], ["15:00", "19:00"]] for day in range(1, 6)}
ALWAYS = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}
SUNDAY_TO_FRIDAY = {day: [["10:00", "17:00"]] for day in ("7", "1", "2", "3", "4", "5")}
Act = Callable[[Case], object]


def _reply(case: Case) -> object:
    return send_reply(case, text="Lo miro ahora mismo", by=None)


def _writes(case: Case) -> object:
    return customer_reply(case, text="Sigue igual")


def _spoken(case: Case) -> object:
    return log_call(case, spoken=True, by=None)


def _rings(case: Case) -> object:
    return log_call(case, spoken=False, by=None)


def _resolve(case: Case) -> object:
    return resolve(case, root_cause=RootCause.objects.get(key="billing"), outcome="solved", by=None)


def _not_solved(case: Case) -> object:
    return customer_verdict(case, verdict="no")


def _reopen(case: Case) -> object:
    return reopen(case, by=None)


def _corrects(score: int, **more: Any) -> Act:
    def act(case: Case) -> None:
        correct_response(case.response, score=score, comment="", **more)
        follow_up_pending()

    return act


def _settings(**values: Any) -> Act:
    """Changed as the settings page does; the nudge is lost, the sweep counts anew."""

    def act(case: Case) -> None:
        update_organization(current_organization(), values=values, by=None)
        rewind_everywhere()

    return act


def _policy(**values: Any) -> Act:
    def act(case: Case) -> None:
        policy = CasePolicy.objects.get(name="Detractors")
        for name, value in values.items():
            setattr(policy, name, value)
        save_policy(policy, by=None)
        rewind_everywhere()

    return act


def _without_policy(case: Case) -> None:
    delete_policy(CasePolicy.objects.get(name="Detractors"), by=None)
    rewind_everywhere()


@dataclass(frozen=True)
class Row:
    """`contact` is when the case's word is due (the first, then the answer to the customer's last)."""

    answered: str
    at: str
    contact: str | None
    solved: str | None
    states: tuple[str | None, str | None]
    steps: tuple[tuple[str, Act], ...] = ()
    zone: str = ROME
    hours: dict[str, list[list[str]]] = field(default_factory=lambda: NINE_TO_SIX)
    holidays: tuple[str, ...] = ()
    wish: bool | None = None


FRIDAY = "2026-11-20 10:00"
TABLE = {
    "answered a minute before the weekend": Row(
        "2026-11-20 17:59", "2026-11-23 15:00", "2026-11-23 16:59", "2026-11-24 15:59", ("due_soon", "on_time")
    ),
    "answered at night": Row(
        "2026-11-18 23:30", "2026-11-19 09:30", "2026-11-19 17:00", "2026-11-20 16:00", ("on_time", "on_time")
    ),
    "split shifts": Row(
        "2026-11-19 12:00", "2026-11-19 14:00", "2026-11-20 12:00", "2026-11-23 12:00", ("on_time", "on_time"), hours=SPLIT
    ),
    "a holiday before the end": Row(
        "2026-12-24 15:00", "2026-12-28 14:00", "2026-12-28 14:00", "2026-12-29 13:00", ("overdue", "on_time"),
        holidays=("2026-12-25",),
    ),
    "the night that has an hour more, Rome": Row(
        "2026-10-24 20:00", "2026-10-25 02:30", "2026-10-25 03:00", "2026-10-25 11:00", ("due_soon", "on_time"), hours=ALWAYS
    ),
    "the night that has an hour less, Rome": Row(
        "2026-03-28 20:00", "2026-03-29 01:00", "2026-03-29 05:00", "2026-03-29 13:00", ("on_time", "on_time"), hours=ALWAYS
    ),
    "midnight that does not exist, Santiago": Row(
        "2026-09-05 20:00", "2026-09-06 03:00", "2026-09-06 05:00", "2026-09-06 13:00", ("due_soon", "on_time"),
        zone=SANTIAGO, hours=ALWAYS,
    ),
    "the hour before midnight that comes twice, Santiago": Row(
        "2026-04-04 20:00", "2026-04-04 21:00", "2026-04-05 03:00", "2026-04-05 11:00", ("on_time", "on_time"),
        zone=SANTIAGO, hours=ALWAYS,
    ),
    "a quarter-hour zone that rests on Saturday, Kathmandu": Row(
        "2026-11-20 16:00", "2026-11-22 12:00", "2026-11-22 17:00", "2026-11-24 11:00", ("on_time", "on_time"),
        zone=KATHMANDU, hours=SUNDAY_TO_FRIDAY,
    ),
    "waiting for the customer, over a weekend": Row(
        FRIDAY, "2026-11-22 12:00", None, None, ("on_time", "paused"), (("2026-11-20 12:00", _reply),)
    ),
    "they answer on Monday": Row(
        FRIDAY, "2026-11-23 11:00", "2026-11-24 10:00", "2026-11-24 18:00", ("on_time", "on_time"),
        (("2026-11-20 12:00", _reply), ("2026-11-23 10:00", _writes)), hours=SPLIT,
    ),
    "they wait twice": Row(
        FRIDAY, "2026-11-24 12:30", "2026-11-25 11:00", "2026-11-25 14:00", ("on_time", "on_time"),
        (
            ("2026-11-20 12:00", _reply), ("2026-11-23 10:00", _writes),
            ("2026-11-23 13:00", _reply), ("2026-11-24 12:00", _writes),
        ),
    ),
    "the first word came late": Row(
        FRIDAY, "2026-11-23 11:00", None, None, ("was_late", "paused"), (("2026-11-23 10:00", _reply),)
    ),
    "nobody did anything": Row(FRIDAY, "2026-11-23 10:00", "2026-11-20 18:00", "2026-11-23 17:00", ("overdue", "on_time")),
    "both are late": Row(FRIDAY, "2026-11-23 17:00", "2026-11-20 18:00", "2026-11-23 17:00", ("overdue", "overdue")),
    "an unanswered call is an attempt, but nobody waits for them": Row(
        FRIDAY, "2026-11-20 12:00", "2026-11-23 10:00", "2026-11-23 17:00", ("on_time", "on_time"),
        (("2026-11-20 11:00", _rings),),
    ),
    "spoken on the telephone: what was promised is owed": Row(
        FRIDAY, "2026-11-23 15:00", "2026-11-23 10:00", "2026-11-23 17:00", ("on_time", "due_soon"),
        (("2026-11-20 11:00", _spoken),),
    ),
    "refused contact: a solution is still owed, a word is not": Row(
        FRIDAY, "2026-11-23 09:30", None, "2026-11-23 17:00", (None, "on_time"), wish=False
    ),
    "refused, then writes": Row(
        FRIDAY, "2026-11-23 12:00", "2026-11-24 11:00", "2026-11-23 17:00", ("on_time", "on_time"),
        (("2026-11-23 12:00", _writes),), wish=False,
    ),
    "refuses once we wrote: nobody waits for them any more": Row(
        FRIDAY, "2026-11-23 12:00", None, "2026-11-24 14:00", ("on_time", "on_time"),
        (("2026-11-20 13:00", _reply), ("2026-11-23 10:00", _corrects(3, wants_contact=False))),
    ),
    "opened again with time left: it goes on": Row(
        FRIDAY, "2026-11-23 10:00", "2026-11-23 17:00", "2026-11-24 14:00", ("on_time", "on_time"),
        (("2026-11-20 11:00", _spoken), ("2026-11-20 12:00", _resolve), ("2026-11-23 09:00", _not_solved)),
    ),
    "opened again with an hour left: at least one contact's target": Row(
        FRIDAY, "2026-11-24 10:00", "2026-11-24 17:00", "2026-11-24 17:00", ("on_time", "on_time"),
        (("2026-11-20 11:00", _spoken), ("2026-11-23 16:00", _resolve), ("2026-11-24 09:00", _reopen)),
    ),
    "opened again after it was late": Row(
        FRIDAY, "2026-11-24 13:00", "2026-11-25 11:00", "2026-11-25 11:00", ("on_time", "on_time"),
        (("2026-11-20 11:00", _spoken), ("2026-11-24 10:00", _resolve), ("2026-11-24 12:00", _not_solved)),
    ),
    "late the first time stays late": Row(
        FRIDAY, "2026-11-24 14:00", None, None, ("on_time", "was_late"),
        (
            ("2026-11-20 11:00", _spoken), ("2026-11-24 10:00", _resolve),
            ("2026-11-24 12:00", _not_solved), ("2026-11-24 13:00", _resolve),
        ),
    ),
    "solved in time, without a word to them": Row(
        FRIDAY, "2026-11-24 10:00", None, None, (None, "on_time"), (("2026-11-20 12:00", _resolve),)
    ),
    "solved too late for the first word": Row(
        FRIDAY, "2026-11-24 10:00", None, None, ("was_late", "on_time"), (("2026-11-23 09:30", _resolve),)
    ),
    "time that passed while the customer was to speak is nobody's lateness": Row(
        FRIDAY, "2026-12-09 10:00", None, None, ("on_time", "on_time"),
        (("2026-11-20 12:00", _reply), ("2026-12-07 10:00", _resolve)),
    ),
    "the class was corrected": Row(
        FRIDAY, "2026-11-20 12:00", "2026-11-24 16:00", None, ("on_time", None), (("2026-11-20 11:00", _corrects(7)),)
    ),
    "corrected to a class without a policy": Row(
        FRIDAY, "2026-11-20 12:00", "2026-11-20 15:00", None, ("on_time", None), (("2026-11-20 11:00", _corrects(9)),)
    ),
    "shorter hours while it is open": Row(
        FRIDAY, "2026-11-20 12:00", "2026-11-24 10:00", "2026-11-26 10:00", ("on_time", "on_time"),
        (("2026-11-20 11:00", _settings(business_hours={str(day): [["09:00", "13:00"]] for day in range(1, 6)})),),
    ),
    "a holiday is declared after it was overdue": Row(
        FRIDAY, "2026-11-23 10:00", "2026-11-23 17:00", "2026-11-24 16:00", ("on_time", "on_time"),
        (("2026-11-23 09:30", _settings(holidays=["2026-11-20"])),),
    ),
    "the company moves its clock to Lima": Row(
        FRIDAY, "2026-11-20 12:00", "2026-11-20 23:00", "2026-11-23 22:00", ("on_time", "on_time"),
        (("2026-11-20 11:00", _settings(timezone="America/Lima")),),
    ),
    "hours change while the customer is to speak": Row(
        FRIDAY, "2026-11-23 11:00", "2026-11-24 14:00", "2026-11-25 15:00", ("on_time", "on_time"),
        (
            ("2026-11-20 12:00", _reply),
            ("2026-11-20 13:00", _settings(business_hours={str(day): [["10:00", "15:00"]] for day in range(1, 6)})),
            ("2026-11-23 11:00", _writes),
        ),
    ),
    "a stricter policy": Row(
        FRIDAY, "2026-11-20 14:00", "2026-11-20 14:00", "2026-11-20 18:00", ("overdue", "on_time"),
        (("2026-11-20 11:00", _policy(contact_minutes=240, resolution_minutes=480)),),
    ),
    "the policy is deleted: the organisation's own target": Row(
        FRIDAY, "2026-11-20 12:00", "2026-11-20 15:00", None, ("on_time", None), (("2026-11-20 11:00", _without_policy),)
    ),
    "what was contacted keeps the time that held then": Row(
        FRIDAY, "2026-11-23 12:00", None, None, ("on_time", "paused"),
        (("2026-11-20 15:00", _reply), ("2026-11-20 16:00", _policy(contact_minutes=60))),
    ),
}  # fmt: skip


def _at(row: Row, local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(row.zone))


@pytest.mark.parametrize("name", TABLE)
def test_the_table(name: str, opens: Opens, started: Organization) -> None:
    row = TABLE[name]
    values = {
        "timezone": row.zone,
        "business_hours": row.hours,
        "holidays": list(row.holidays),
        "first_contact_hours": 5,
    }
    update_organization(started, values=values, by=None)
    CasePolicy.objects.create(
        name="Detractors", classes=["detractor"], contact_minutes=480, resolution_minutes=960, position=1
    )
    CasePolicy.objects.create(name="Passives", classes=["passive"], contact_minutes=1440, position=2)
    with time_machine.travel(_at(row, row.answered), tick=False) as clock:
        case = opens(3, wants_contact=row.wish)
        for moment, act in row.steps:
            clock.move_to(_at(row, moment))
            act(Case.objects.get(pk=case.pk))
        clock.move_to(_at(row, row.at))
        case, now = Case.objects.get(pk=case.pk), _at(row, row.at)
        rests = not case.is_open or case.is_waiting or case.refuses_contact
        word = None if rests else (case.answer_due_at or case.due_at)
        assert _local(row, word) == row.contact
        assert _local(row, case.resolution_due_at) == row.solved
        assert (first_contact(case, now), resolution(case, now)) == row.states
        owed = min((at for at in (row.contact, row.solved) if at), default=None)
        assert _local(row, case.owed_by) == owed
        assert rewind_open_cases() == 0, "counting once more changes nothing"


def _local(row: Row, at: datetime | None) -> str | None:
    return f"{at.astimezone(ZoneInfo(row.zone)):%Y-%m-%d %H:%M}" if at else None
