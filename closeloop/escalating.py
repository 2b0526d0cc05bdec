"""When a case's escalation steps are due: read from its policy, its clocks and what was done before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from closeloop.models import Case, Escalation, EscalationStep, Promise
from closeloop.sla import Run, contact_since, contact_target, resolution_run, resolution_target
from nps_platform.lib.clock import BusinessClock


@dataclass(frozen=True)
class Call:
    """A step, or its `repetition`, of the clock that runs `since`; due `at`."""

    step: EscalationStep
    since: datetime
    repetition: int
    at: datetime
    due: datetime  # when what was promised is due

    @property
    def key(self) -> tuple[int, datetime, int]:
        return (self.step.pk, self.since, self.repetition)


@dataclass(frozen=True)
class _Running:
    run: Run
    target: timedelta
    since: datetime


def calls_left(case: Case, clock: BusinessClock) -> list[Call]:
    """What is still to come or late, earliest first; a clock that stands calls nobody."""
    steps = list(case.policy.steps.all()) if case.policy and case.is_open else []
    if not steps:
        return []
    done = set(Escalation.objects.filter(case=case).values_list("step", "since", "repetition")) if case.pk else set()
    calls = [call for step in steps for call in _calls(step, case, clock) if call.key not in done]
    return sorted(calls, key=lambda call: (call.at, call.step.pk, call.repetition))


def next_call(calls: Iterable[Call]) -> datetime | None:
    return min((call.at for call in calls), default=None)


def _calls(step: EscalationStep, case: Case, clock: BusinessClock) -> Iterator[Call]:
    running = _word(case) if step.promise == Promise.CONTACT else _solution(case)
    if running is None:
        return
    every = timedelta(minutes=step.repeat_every_minutes or 0)
    for repetition in range(1 + (step.repeat_times if every else 0)):
        business = running.target * step.after_percent / 100 + repetition * every
        at = running.run.reaches(clock, business)
        # What a reopened case had used up before is no news.
        if at and at >= running.since:
            yield Call(step, running.since, repetition, at, running.run.reaches(clock, running.target) or at)


def _word(case: Case) -> _Running | None:
    """The first contact, or the answer to the customer's last word."""
    if case.refuses_contact or case.is_waiting:
        return None
    since = case.answer_since or (None if case.attempted_at else contact_since(case))
    return _Running(Run([(since, None)]), contact_target(case), since) if since else None


def _solution(case: Case) -> _Running | None:
    target, run = resolution_target(case), resolution_run(case)
    if target is None or not run.is_on:
        return None
    return _Running(run, target, case.reopened_at or case.response.answered_at)
