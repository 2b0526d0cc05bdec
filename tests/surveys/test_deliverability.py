"""Who got what, when and why not: messages and skipped people in one list, and what is uncertain sent again."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nps_platform.customers.actions import suppress
from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import send_batch
from nps_platform.tenancy.models import AuditEntry, Organization
from surveys.deliveries import SKIPPED, STANDINGS, standing_of
from surveys.models import Invitation, Programme
from tests.conftest import Cast
from tests.surveys.waves import customer, send_everything, wave

HERE = "/o/andina/deliverability/"
State = Message.State


@pytest.fixture
def alicia(cast: Cast, inside: Organization) -> Client:
    return cast.sign_in(cast.alicia)


@pytest.fixture
def programme(alicia: Client) -> Programme:
    """Six asked, each with another fate; three not asked."""
    for name in ("Delia", "Berta", "Carmen", "Ursula", "Flora", "Wanda"):
        customer(name, name=name)
    customer("N", name="Nadie", email="")
    for name in ("Olga", "Petra"):
        customer(name, name=name)
        suppress(f"c{name}@mail.example", reason="unsubscribed")
    ran = wave()
    now = timezone.now()
    fates: dict[str, dict[str, Any]] = {
        "Delia": {"state": State.SENT, "sent_at": now, "delivered_at": now, "message_id": "<x>"},
        "Berta": {"state": State.BOUNCED, "bounced_at": now, "error": "550 5.1.1 no such user"},
        "Carmen": {"state": State.SENT, "sent_at": now, "complained_at": now},
        "Ursula": {"state": State.AMBIGUOUS},
        "Flora": {"state": State.FAILED, "error": "554 looks like spam"},
    }
    for name, fate in fates.items():
        Message.objects.filter(to_name=name).update(**fate, claimed_at=now)
    return ran


def names(answer: Any) -> list[str]:
    return sorted(line.name for line in answer.context["lines"])


def test_everybody_of_a_programme_stands_there_with_what_became_of_it(alicia: Client, programme: Programme) -> None:
    page = alicia.get(f"{HERE}?programme={programme.pk}")
    assert len(page.context["lines"]) == programme.counts["eligible"] == 9
    standings = Counter(line.standing for line in page.context["lines"])
    assert standings == {
        "delivered": 1, "bounced": 1, "complained": 1, "uncertain": 1, "failed": 1, "waiting": 1, "skipped": 3,
    }  # fmt: skip
    for words in ("550 5.1.1 no such user", "554 looks like spam", "Unsubscribed", "No valid address", "Called spam"):
        assert words in page.text
    counted = {chip.label: chip.count for chip in page.context["chips"]}
    assert counted["Not asked"] == "3" and counted["Bounced"] == "1" and "Held" not in counted


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=bounced", ["Berta"]),
        ("state=delivered", ["Delia"]),
        ("state=complained", ["Carmen"]),
        ("state=skipped", ["Nadie", "Olga", "Petra"]),
        ("reason=unsubscribed", ["Olga", "Petra"]),
        ("reason=unsubscribed&state=bounced", ["Olga", "Petra"]),
        ("q=petra", ["Petra"]),
        ("q=cDelia@mail", ["Delia"]),
        ("q=C-Flora&state=failed", ["Flora"]),
        ("q=flora&state=bounced", []),
        ("programme=999999", []),
        ("state=nonsense&reason=nonsense&programme=x&before=y.z&q=wanda", ["Wanda"]),
    ],
)
def test_the_list_is_narrowed(alicia: Client, programme: Programme, query: str, expected: list[str]) -> None:
    assert names(alicia.get(f"{HERE}?{query}")) == expected


def test_mails_to_colleagues_are_a_list_of_their_own(alicia: Client, programme: Programme) -> None:
    for _n in range(3):
        Message.objects.create(kind="case_alert", to_address="bruno@andina.example", to_name="Bruno", audience="staff")
    page = alicia.get(HERE)
    assert "Bruno" not in names(page) and len(names(page)) == 9
    assert {chip.label: chip.count for chip in page.context["chips"]}["Waiting"] == "1"
    staff = alicia.get(f"{HERE}?to=staff")
    assert names(staff) == ["Bruno"] * 3
    assert {chip.label: chip.count for chip in staff.context["chips"]} == {"All": "", "Waiting": "3"}
    assert "to=staff" in staff.context["chips"][1].url
    assert names(alicia.get(f"{HERE}?to=staff&programme={programme.pk}&reason=unsubscribed&q=bruno@andina.example"))
    assert names(alicia.get(f"{HERE}?to=nonsense&q=petra")) == ["Petra"]


def test_pages_show_each_once_newest_first_by_the_same_few_queries(alicia: Client, programme: Programme) -> None:
    start = timezone.now() - timedelta(days=9)
    people = [customer(f"m{n}") for n in range(5)]
    Message.objects.bulk_create(
        Message(kind="letter", to_address=f"m{n}@x.example", created_at=start + timedelta(minutes=2 * n))
        for n in range(120)
    )
    Invitation.objects.bulk_create(
        Invitation(
            programme=programme, survey=programme.survey, customer=people[n % 5], language="es", state="skipped",
            skip_reason="quarantined", occasion=f"o{n}", created_at=start + timedelta(minutes=n),
        )
        for n in range(130)
    )  # fmt: skip
    seen, asked, url = [], [], HERE
    while url:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = alicia.get(url)
        asked.append(len(queries))
        seen += [(type(r).__name__, r.pk) for line in page.context["lines"] for r in (line.message or line.invitation,)]
        url = page.context["next_url"]
    everything = Message.objects.count() + Invitation.objects.filter(state="skipped").count()
    assert len(seen) == len(set(seen)) == everything == 259
    assert max(asked) <= 12


def test_standings_leave_nothing_out_and_overlap_nowhere(inside: Organization) -> None:
    now = timezone.now()
    for state in State.values:
        for delivered in (None, now):
            for complained in (None, now):
                Message.objects.create(
                    kind="letter",
                    to_address="a@b.example",
                    state=state,
                    delivered_at=delivered,
                    complained_at=complained,
                )
    found = {
        name: set(Message.objects.filter(wanted).values_list("pk", flat=True)) for name, wanted in STANDINGS.items()
    }
    assert sum(map(len, found.values())) == len(set().union(*found.values())) == Message.objects.count()
    assert all(row.pk in found[standing_of(row)] for row in Message.objects.all())
    assert SKIPPED not in STANDINGS


def test_bounces_are_counted_by_domain(alicia: Client, programme: Programme) -> None:
    now = timezone.now()
    fates = [("gmail.example", State.BOUNCED, 3), ("Gmail.example", State.SENT, 7), ("fine.example", State.SENT, 5)]
    Message.objects.bulk_create(
        Message(kind="letter", to_address=f"p{n}@{domain}", state=state, claimed_at=now)
        for domain, state, many in fates
        for n in range(many)
    )
    domains = alicia.get(f"{HERE}domains/").context["domains"]
    assert [(d.name, d.bounced, d.sent) for d in domains] == [("gmail.example", 3, 10), ("mail.example", 1, 3)]
    assert domains[0].share == 0.3
    of_programme = alicia.get(f"{HERE}domains/?programme={programme.pk}").context["domains"]
    assert [d.name for d in of_programme] == ["mail.example"]


def test_what_is_uncertain_goes_out_again_one_by_one_or_all(alicia: Client, programme: Programme, cast: Cast) -> None:
    page = alicia.get(HERE).text
    assert "may have arrived already" in page and "gets it twice" in page
    ursula = Message.objects.get(to_name="Ursula")
    delia = Message.objects.get(to_name="Delia")
    assert cast.sign_in(cast.bruno).post(f"{HERE}resend/").status_code == 403
    assert "can be sent again" in alicia.post(f"{HERE}resend/", {"message": delia.pk}, follow=True).text
    answer = alicia.post(f"{HERE}resend/", {"message": ursula.pk, "state": "uncertain"})
    assert answer["Location"] == f"{HERE}?state=uncertain"
    ursula.refresh_from_db()
    assert ursula.state == State.QUEUED

    Message.objects.filter(to_name__in=("Ursula", "Wanda")).update(state=State.AMBIGUOUS)
    letter = Message.objects.create(kind="letter", to_address="x@mail.example", state=State.AMBIGUOUS)
    alicia.post(f"{HERE}resend/", {"programme": programme.pk})
    letter.refresh_from_db()
    assert letter.state == State.AMBIGUOUS
    send_everything()
    assert dict(Message.objects.filter(to_name__in=("Ursula", "Wanda")).values_list("to_name", "state")) == {
        "Ursula": State.SENT,
        "Wanda": State.SENT,
    }
    assert "1 message goes out again" in alicia.post(f"{HERE}resend/", follow=True).text
    assert "No message is uncertain any more" in alicia.post(f"{HERE}resend/", follow=True).text
    assert AuditEntry.objects.filter(action="messages.resent").count() == 2


def test_another_organisation_sees_nothing(cast: Cast, programme: Programme) -> None:
    carla = cast.sign_in(cast.carla)
    page = carla.get(f"/o/otra/deliverability/?programme={programme.pk}")
    assert page.context["lines"] == [] and "Oleada" not in page.text
    message = Message.objects.filter(state=State.AMBIGUOUS).get()
    assert carla.post("/o/otra/deliverability/resend/", {"message": message.pk}).status_code == 404
    carla.post("/o/otra/deliverability/resend/", {"programme": programme.pk})
    message.refresh_from_db()
    assert message.state == State.AMBIGUOUS
    assert send_batch() is not None
