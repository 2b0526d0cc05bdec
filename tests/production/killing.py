"""A wave of 2,000 mails in whose midst one of two workers dies by kill -9: nobody is asked twice, nobody is forgotten."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.production.stack import WORKER_THREADS, Stack

PEOPLE, KILL_AFTER = 2_000, 600
MOST_UNCERTAIN = WORKER_THREADS * 20  # what one worker may have begun: each thread marks twenty mails at once
DOMAIN = "wave.example"


def kill_a_worker_in_the_middle_of_a_wave(stack: Stack) -> Iterator[str]:
    """Each line says what was seen; an AssertionError says what was not."""
    stack.manage(
        "create_organization", "ola", "--name", "Ola Grande", "--owner", "owner@ola.example", "--language", "es"
    )
    key = stack.manage("create_api_key", "ola").strip().splitlines()[-1]
    api = _Api(stack.base, key)
    for start in range(0, PEOPLE, 1000):
        api.post(
            "/customers",
            [
                {"external_id": f"W{n}", "name": f"Persona {n}", "email": f"p{n}@{DOMAIN}"}
                for n in range(start, start + 1000)
            ],
        )
    survey = api.post("/surveys", {"kind": "relational", "name": "Wave", "languages": ["es"]})["id"]
    api.post(f"/surveys/{survey}/publish", {})
    programme = api.post(
        "/programmes",
        {"survey": survey, "name": "Wave", "mode": "wave", "channel": "email", "audience": None, "quarantine_days": 0},
    )["id"]
    stack.mailbox.slow = 0.004
    begun = time.monotonic()
    api.post(f"/programmes/{programme}/launch", {})
    at_kill = _wait_for(
        stack, lambda: len(_received(stack)) if len(_received(stack)) >= KILL_AFTER else 0, 60, "600 mails"
    )
    stack.kill("worker-1")
    stack.start_worker("worker-1")
    _wait_for(stack, lambda: _settled(stack), 240, "every message to settle")
    yield from _verdict(stack, at_kill, time.monotonic() - begun)


def _received(stack: Stack) -> list[str]:
    return [mail.recipient for mail in list(stack.mailbox.received) if mail.recipient.endswith("@" + DOMAIN)]


def _states(stack: Stack) -> Counter[str]:
    rows = stack.query(
        f"SELECT state, count(*) FROM messaging_message WHERE kind = 'invitation' AND to_address LIKE '%@{DOMAIN}' GROUP BY state"
    )
    return Counter(dict(rows))


def _settled(stack: Stack) -> bool:
    states = _states(stack)
    return states["sent"] + states["ambiguous"] == PEOPLE


def _verdict(stack: Stack, at_kill: int, seconds: float) -> Iterator[str]:
    counts, states = Counter(_received(stack)), _states(stack)
    twice = [address for address, count in counts.items() if count > 1]
    assert not twice, f"asked twice: {len(twice)}"
    uncertain = {
        row[0]
        for row in stack.query(
            f"SELECT to_address FROM messaging_message WHERE state = 'ambiguous' AND to_address LIKE '%@{DOMAIN}'"
        )
    }
    assert len(uncertain) <= MOST_UNCERTAIN, f"{len(uncertain)} uncertain messages"
    sent = {
        row[0]
        for row in stack.query(
            f"SELECT to_address FROM messaging_message WHERE state = 'sent' AND to_address LIKE '%@{DOMAIN}'"
        )
    }
    assert sent <= set(counts), f"{len(sent - set(counts))} said to be sent and never received"
    assert len(sent | uncertain) == PEOPLE, "somebody was forgotten"
    yield (
        f"worker killed -9 after {at_kill} of {PEOPLE:,} mails: {states['sent']:,} sent, {states['ambiguous']} uncertain and listed,"
        f" {len(twice)} asked twice, 0 forgotten, {seconds:.0f} s in all"
    )


def _wait_for(stack: Stack, reached: Any, within: float, what: str) -> Any:
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        found = reached()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(
        f"no {what} within {within:.0f} s; states {dict(_states(stack))}, {len(_received(stack))} received"
    )


class _Api:
    def __init__(self, base: str, key: str) -> None:
        self.base, self.key = base, key

    def post(self, path: str, body: Any) -> Any:
        request = urllib.request.Request(
            f"{self.base}/api/v1{path}",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"POST {path}: {error.code} {error.read()[:400]!r}") from error
