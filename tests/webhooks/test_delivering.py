"""What happens is posted, signed, to whoever wants it; what does not arrive is tried again."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from nps_platform.customers.actions.erasure import erase_customer
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Due
from nps_platform.tenancy.scope import entered
from nps_platform.webhooks import actions
from nps_platform.webhooks.delivering import WAITS, deliver_due, forget_old
from nps_platform.webhooks.models import Delivery, Endpoint, Event
from nps_platform.webhooks.tasks import sweep
from nps_platform.webhooks.telling import tell
from tests.conftest import Cast
from tests.receiver import Got, Receiver, listening
from tests.webhooks.conftest import Hook, Hooks, happen, later


def verified(secret: str, got: Got) -> Any:
    """As a receiver's library reads it, or WebhookVerificationError."""
    return Webhook(secret).verify(got.body, got.headers)


def test_an_event_arrives_as_the_scheme_says(hooks: Hooks) -> None:
    hook = hooks()
    happen("case.opened", case={"id": 7, "state": "new"}, response={"customer": "ñandú"})
    (got,) = hook.receiver.got
    assert (got.method, got.path, got.headers["content-type"]) == ("POST", "/hook", "application/json")
    assert got.headers["webhook-id"].startswith("evt_")
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 60
    told = verified(hook.secret, got)
    assert told["type"] == "case.opened"
    assert told["data"] == {"case": {"id": 7, "state": "new"}, "response": {"customer": "ñandú"}}
    assert told["timestamp"].endswith("Z")
    assert (hook.last.state, hook.last.status, hook.last.tries) == ("delivered", 200, 1)


def test_a_body_that_was_changed_on_its_way_is_not_ours(hooks: Hooks) -> None:
    hook = hooks()
    happen()
    (got,) = hook.receiver.got
    got.body = got.body.replace(b"7", b"8")
    with pytest.raises(WebhookVerificationError):
        verified(hook.secret, got)


def test_each_endpoint_is_told_what_it_wants(hooks: Hooks) -> None:
    wants = {
        "all": hooks(),
        "opened": hooks("case.opened"),
        "updated": hooks("case.updated"),
        "both": hooks("case.updated", "case.opened"),
        "answers": hooks("response.recorded"),
    }
    happen("case.opened")
    happen("case.noted")
    happen("case.updated")
    names = {
        name: list(Delivery.objects.filter(endpoint=hook.pk).order_by("id").values_list("kind", flat=True))
        for name, hook in wants.items()
    }
    assert names == {
        "all": ["case.opened", "case.noted", "case.updated"],
        "opened": ["case.opened"],
        "updated": ["case.updated", "case.updated", "case.updated"],
        "both": ["case.opened", "case.updated", "case.updated"],
        "answers": [],
    }


def test_nothing_is_written_down_where_nobody_listens(hooks: Hooks) -> None:
    hooks("response.recorded")
    tell("case.opened", lambda: pytest.fail("nobody asked"))
    assert not Event.objects.exists()


def test_an_event_belongs_to_the_transaction_that_made_it(
    hooks: Hooks, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    hook = hooks()
    with pytest.raises(RuntimeError), transaction.atomic():
        tell("case.opened", dict)
        raise RuntimeError
    sweep()
    assert hook.receiver.got == []
    with django_capture_on_commit_callbacks(execute=True):
        tell("case.opened", dict)
        assert hook.receiver.got == []
    assert hook.kinds == ["case.opened"]  # by the nudge: no sweep came by


@pytest.mark.parametrize("status", [500, 404, 302, 400])
def test_what_is_not_taken_is_tried_again_with_the_same_id_and_body(hooks: Hooks, status: int) -> None:
    hook = hooks()
    hook.receiver.answers = [(status, b"not now")]
    happen()
    first = hook.last
    assert (first.state, first.status, first.tries) == ("waiting", status, 1)
    assert timedelta(seconds=3) < first.due_at - timezone.now() < timedelta(seconds=6)
    assert first.log[0]["reply"] == "not now"
    later()
    one, two = hook.receiver.got
    assert (one.headers["webhook-id"], one.body) == (two.headers["webhook-id"], two.body)
    assert verified(hook.secret, two)
    assert (hook.last.state, hook.last.tries, hook.row.failing_since) == ("delivered", 2, None)


def test_it_is_tried_for_three_days_and_then_given_up(hooks: Hooks, cast: Cast) -> None:
    hook = hooks()
    hook.receiver.answer = (500, b"")
    happen()
    waits = []
    while hook.last.state == "waiting":
        waits.append(hook.last.due_at - timezone.now())
        later()
    assert len(waits) == len(WAITS) == len(hook.receiver.got) - 1
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=3.5)
    assert waits == sorted(waits)
    assert hook.last.state == "failed"
    assert hook.row.is_on  # it failed a moment, not for three days


def test_an_endpoint_that_failed_for_three_days_is_off_and_its_owner_hears_of_it(hooks: Hooks, cast: Cast) -> None:
    hook = hooks()
    hook.receiver.answer = (500, b"")
    happen()
    later(hours=71)
    assert hook.row.is_on
    later(hours=73)
    assert hook.row.off == "failing"
    (mail,) = Message.objects.filter(kind="webhook_off")
    assert mail.to_address == cast.alicia.user.email
    assert AuditEntry.objects.filter(action="webhook.off").exists()
    many = len(hook.receiver.got)
    happen("case.noted")
    later()
    assert len(hook.receiver.got) == many
    # Mended and switched on: what waited goes out.
    hook.receiver.answer = (200, b"")
    actions.switch_endpoint(hook.row, on=True, by=cast.alicia)
    sweep()
    assert (hook.last.state, hook.row.failing_since) == ("delivered", None)
    assert hook.kinds[-1] == "case.opened"


def test_one_that_is_gone_for_good_is_off_at_once(hooks: Hooks) -> None:
    hook = hooks()
    hook.receiver.answer = (410, b"")
    happen()
    assert (hook.row.off, hook.last.state) == ("gone", "failed")
    assert Message.objects.filter(kind="webhook_off").count() == 1


def test_who_does_not_answer_at_all_is_left_alone_a_while(hooks: Hooks) -> None:
    with listening() as gone:
        hook = hooks(url=gone.url)
    for number in range(5):
        tell("case.noted", lambda number=number: {"n": number})  # type: ignore[misc]
    sweep()
    assert sorted(Delivery.objects.values_list("tries", flat=True)) == [0, 0, 0, 0, 1]
    assert (hook.row.quiet_until is not None, Delivery.objects.exclude(error="").get().error) == (True, "no_connection")
    sweep()
    assert Delivery.objects.filter(tries__gt=0).count() == 1


def test_a_receiver_may_ask_for_time(hooks: Hooks) -> None:
    hook = hooks()
    hook.receiver.answers, hook.receiver.headers = [(429, b"")], {"Retry-After": "120"}
    happen()
    assert timedelta(seconds=100) < hook.last.due_at - timezone.now() < timedelta(seconds=130)
    happen("case.noted")
    assert len(hook.receiver.got) == 1
    later()
    assert sorted(hook.kinds) == ["case.noted", "case.opened", "case.opened"]


def test_nothing_leaves_into_a_private_network(hooks: Hooks, settings: Settings) -> None:
    hook = hooks()
    settings.OUTGOING_NETWORKS = []
    happen()
    assert (hook.receiver.got, hook.last.error, hook.last.state) == ([], "private", "waiting")


def test_while_two_secrets_hold_both_sign(hooks: Hooks) -> None:
    hook = hooks()
    new = actions.change_secret(hook.row, by=None)
    happen()
    (got,) = hook.receiver.got
    assert len(got.headers["webhook-signature"].split()) == 2
    assert verified(hook.secret, got) == verified(new, got)
    Endpoint.objects.update(old_secret_until=timezone.now())
    happen()
    assert verified(new, hook.receiver.got[1])
    with pytest.raises(WebhookVerificationError):
        verified(hook.secret, hook.receiver.got[1])


def test_secrets_are_not_legible_in_the_database(hooks: Hooks) -> None:
    hook = hooks()
    assert hook.secret.startswith("whsec_")
    assert hook.secret[6:] not in json.dumps(list(Endpoint.objects.values()), default=str)


def test_two_workers_do_not_send_to_one_endpoint_at_once(hooks: Hooks) -> None:
    hook = hooks()
    tell("case.opened", dict)
    Endpoint.objects.update(taken_at=timezone.now())
    assert not deliver_due(hook.pk)
    sweep()
    assert hook.receiver.got == []
    # The other worker died: its place is free after a minute.
    Endpoint.objects.update(taken_at=timezone.now() - timedelta(seconds=61))
    later()
    assert len(hook.receiver.got) == 1


def test_an_event_told_by_a_transaction_the_sweep_could_not_see_is_found(hooks: Hooks) -> None:
    hook = hooks()
    happen("case.noted")
    event = Event.objects.create(data={})
    Delivery.objects.create(endpoint=hook.row, event=event, kind="case.opened")
    Due.objects.update(due_at=timezone.now())  # two minutes later
    sweep()
    assert hook.kinds == ["case.noted", "case.opened"]


def test_a_paused_endpoint_keeps_what_waits(hooks: Hooks) -> None:
    hook = hooks()
    tell("case.opened", dict)
    actions.switch_endpoint(hook.row, on=False, by=None)
    happen("case.noted")
    assert hook.receiver.got == []
    actions.switch_endpoint(hook.row, on=True, by=None)
    sweep()
    assert hook.kinds == ["case.opened"]


def test_what_was_given_up_goes_out_again(hooks: Hooks) -> None:
    hook = hooks()
    for days in (0, 1, 2):
        event = Event.objects.create(data={"days": days}, at=timezone.now() - timedelta(days=days))
        Delivery.objects.create(endpoint=hook.row, event=event, kind="case.opened", state="failed", tries=10)
    rows = actions.failed_since(hook.row, timezone.now() - timedelta(days=1.5))
    assert actions.send_again(hook.row, rows, by=None) == 2
    sweep()
    assert sorted(body["data"]["days"] for body in hook.told) == [0, 1]
    # One that was delivered can be sent again too, under the same id.
    actions.send_again(hook.row, Delivery.objects.filter(event__data__days=0), by=None)
    sweep()
    ids = [got.headers["webhook-id"] for got in hook.receiver.got]
    assert len(ids) == 3
    assert len(set(ids)) == 2


def test_an_erased_person_is_not_named_in_what_is_kept_or_waits(hooks: Hooks) -> None:
    hook = hooks()
    customer = Customer.objects.create(external_id="C1", name="Mercedes", email="m@correo.example")
    tell("case.opened", lambda: {"case": {"id": 7}, "response": {"customer": "C1"}}, customer=customer)
    erase_customer(customer, by=None)
    assert "C1" not in json.dumps(list(Event.objects.values("data")))
    sweep()
    assert hook.told[0]["data"] == {"case": {"id": 7}, "response": {"customer": None}}


def test_the_log_forgets_after_thirty_days(hooks: Hooks) -> None:
    hook = hooks()
    happen()
    assert forget_old(timezone.now() + timedelta(days=29)) == 0
    forget_old(timezone.now() + timedelta(days=31))
    assert not Event.objects.exists()
    assert not Delivery.objects.filter(endpoint=hook.pk).exists()


def test_another_organisation_hears_nothing(hooks: Hooks, cast: Cast, receiver: Receiver) -> None:
    hooks()
    with entered(cast.other):
        tell("case.opened", dict)
        assert not Event.objects.exists()
    sweep()
    assert receiver.got == []


def test_a_test_is_sent_to_one_that_is_off_and_only_once(hooks: Hooks) -> None:
    hook: Hook = hooks()
    actions.switch_endpoint(hook.row, on=False, by=None)
    hook.receiver.answer = (500, b"")
    actions.send_test(hook.row, by=None)
    sweep()
    later()
    assert hook.kinds == ["webhook.test"]
    assert (hook.last.state, hook.row.failing_since) == ("failed", None)
