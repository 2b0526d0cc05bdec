"""Somebody outside helps with a case by a link: sees what they may, answers, until it closes."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from closeloop.actions import forward_case, revoke_forward
from closeloop.models import Case, CaseEvent, Forward
from nps_platform.tenancy.models import AuditEntry
from tests.conftest import Cast

HIDEABLE = ("name", "contact", "account", "comment", "value")


def forward(case: Case, cast: Cast, *hidden: str) -> Forward:
    return forward_case(case, email="plumber@help.example", text="Can you go?", hidden_fields=hidden, by=cast.bruno)


def test_hidden_fields_do_not_leave_the_company(client: Client, case: Case, cast: Cast) -> None:
    everything = client.get(f"/f/{forward(case, cast).token}").text
    nothing = client.get(f"/f/{forward(case, cast, *HIDEABLE).token}").text

    for text in ("Mercedes Ruiz", "mercedes@example.com", "Three visits and nothing works."):
        assert text in everything and text not in nothing
    assert "Can you go?" in nothing and "2 of 10" in nothing and "Their words are not shown here." in nothing


def test_each_look_is_counted_and_kept_in_the_audit_list(client: Client, case: Case, cast: Cast) -> None:
    shown = forward(case, cast)
    client.head(f"/f/{shown.token}")
    client.get(f"/f/{shown.token}")
    client.get(f"/f/{shown.token}")  # drawn again at once: the same look
    Forward.objects.update(viewed_at=timezone.now() - timedelta(hours=1))
    client.get(f"/f/{shown.token}")
    shown.refresh_from_db()
    looks = AuditEntry.objects.filter(action="forward.viewed")
    assert shown.views == looks.count() == 2 and set(looks.values_list("actor_label", flat=True)) == {"guest"}
    page = cast.sign_in(cast.bruno).get(f"/o/andina/inbox/{case.number}/").content.decode()
    assert "seen 2 times" in page


def test_the_guests_answer_lands_in_the_case(client: Client, case: Case, cast: Cast) -> None:
    token = forward(case, cast).token

    assert client.post(f"/f/{token}", {"text": ""}).status_code == 422
    sent = client.post(f"/f/{token}", {"text": "I went: a broken valve."})
    assert sent.status_code == 303 and "a broken valve" in client.get(sent["Location"]).text
    assert case.events.get(kind=CaseEvent.Kind.GUEST_ANSWER).text == "I went: a broken valve."
    assert AuditEntry.objects.filter(action="case.guest_answer").exists()


def test_a_guest_does_not_read_another_guests_answer(client: Client, case: Case, cast: Cast) -> None:
    client.post(f"/f/{forward(case, cast).token}", {"text": "From the first"})
    assert "From the first" not in client.get(f"/f/{forward(case, cast).token}").text


def test_a_link_closes_when_it_is_withdrawn_or_its_time_is_over(client: Client, case: Case, cast: Cast) -> None:
    withdrawn, expired = forward(case, cast), forward(case, cast)
    revoke_forward(withdrawn, by=cast.bruno)
    Forward.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for row in (withdrawn, expired):
        assert client.get(f"/f/{row.token}").status_code == 410
        assert client.post(f"/f/{row.token}", {"text": "Too late"}).status_code == 410
    assert not CaseEvent.objects.filter(kind=CaseEvent.Kind.GUEST_ANSWER).exists()
