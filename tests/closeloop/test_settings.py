"""Rules, causes and canned replies, by their pages."""

from __future__ import annotations

import pytest
from django.test import Client

from closeloop.actions import resolve
from closeloop.models import AlertRule, CannedReply, RootCause
from nps_platform.tenancy.models import AuditEntry, Organization, Team
from tests.closeloop.conftest import Answers, Opens
from tests.conftest import Cast

HERE = "/o/andina/settings/"


@pytest.fixture
def alicia(started: Organization, cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


def test_a_rule_is_made_tried_and_read_as_a_sentence(alicia: Client, answers: Answers) -> None:
    answers(3, "quiero la baja")
    answers(2, "nada")
    north = Team.objects.create(name="North")
    rule = {
        "name": "Leaving", "classes": ["detractor", "passive"], "score_to": "8", "words": "baja, cancelar",
        "opens_case": "on", "priority": "1", "team": north.pk, "sends_alert": "on",
    }  # fmt: skip
    tried = alicia.post(HERE + "alerts/new/", {**rule, "try": "yes"})
    assert (tried.context["trial"].fitting, tried.context["trial"].looked_at) == (1, 2)
    assert AlertRule.objects.count() == 1
    page = alicia.post(HERE + "alerts/new/", rule, follow=True).content.decode()
    assert (
        "When the answer is a detractor&#x27;s or a passive&#x27;s, the score is 8 or less and the comment says "
        "“baja” or “cancelar”: open a case of urgent priority for North and send an alert to North."
    ) in page
    made = AlertRule.objects.get(name="Leaving")
    assert (made.words, made.position) == (["baja", "cancelar"], 1)
    assert AuditEntry.objects.filter(action="alert_rule.created", target_id=made.pk).exists()


def test_rules_are_moved_switched_and_deleted(alicia: Client) -> None:
    second = AlertRule.objects.create(name="Second", position=1)
    alicia.post(f"{HERE}alerts/{second.pk}/move/", {"direction": "up"})
    assert [rule.name for rule in AlertRule.objects.all()] == ["Second", "Detractors"]
    alicia.post(f"{HERE}alerts/{second.pk}/switch/")
    assert not AlertRule.objects.get(pk=second.pk).is_active
    alicia.post(f"{HERE}alerts/{second.pk}/delete/")
    assert [rule.name for rule in AlertRule.objects.all()] == ["Detractors"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"score_from": "8", "score_to": "3"}, "score_to"),
        ({"score_from": "11"}, "score_from"),
        ({"name": ""}, "name"),
        ({"words": ",".join(f"w{n}" for n in range(60))}, "words"),
        ({"assignee": "999999"}, "assignee"),
        ({"classes": ["silent"]}, "classes"),
    ],
)
def test_a_rule_that_makes_no_sense_is_said_at_the_field(alicia: Client, values: dict, field: str) -> None:
    page = alicia.post(HERE + "alerts/new/", {"name": "Kept", "priority": "3", **values})
    assert page.status_code == 200 and field in page.context["form"].errors
    assert AlertRule.objects.count() == 1


def test_a_cause_in_use_is_taken_out_of_use_not_deleted(alicia: Client, opens: Opens, cast: Cast) -> None:
    resolve(opens(), root_cause=RootCause.objects.get(key="price"), outcome="explained", by=cast.bruno)
    price = RootCause.objects.get(key="price")
    assert "Take it out of use" in alicia.post(f"{HERE}causes/{price.pk}/delete/", follow=True).content.decode()
    alicia.post(f"{HERE}causes/{price.pk}/", {"name": "Prices", "parent": ""})
    price.refresh_from_db()
    assert (price.name, price.key, price.is_active) == ("Prices", "price", False)
    assert "Prices" not in alicia.get("/o/andina/inbox/1/resolve/").content.decode()


def test_a_new_cause_gets_a_key_of_its_own_and_stays_two_levels_deep(alicia: Client) -> None:
    alicia.post(HERE + "causes/", {"name": "Price", "parent": "", "is_active": "on"})
    assert RootCause.objects.get(key="price-2").name == "Price"
    billing, other = RootCause.objects.get(key="billing"), RootCause.objects.get(key="other")
    page = alicia.post(f"{HERE}causes/{billing.pk}/", {"name": "Billing", "parent": other.pk, "is_active": "on"})
    assert "parent" in page.context["form"].errors


def test_a_canned_reply_is_written_previewed_and_unique_in_its_language(alicia: Client) -> None:
    reply = {
        "name": "Hello",
        "language": "es",
        "text": "Hola {{customer_name|cliente}}, le habla {{agent_name}}. [día]",
    }
    shown = alicia.post(HERE + "replies/new/", {**reply, "preview": "yes"}).content.decode()
    assert "Hola Mercedes Aliaga, le habla Alicia Robles. [día]" in shown
    assert not CannedReply.objects.filter(name="Hello").exists()
    alicia.post(HERE + "replies/new/", reply)
    assert "name" in alicia.post(HERE + "replies/new/", reply).context["form"].errors
    wrong = alicia.post(HERE + "replies/new/", {**reply, "name": "Other", "text": "Hola {{nombre}}"})
    assert "nombre" in str(wrong.context["form"].errors["text"])
    made = CannedReply.objects.get(name="Hello")
    alicia.post(f"{HERE}replies/{made.pk}/delete/")
    assert not CannedReply.objects.filter(name="Hello").exists()


def test_every_language_has_the_same_replies_to_start_from(started: Organization) -> None:
    assert {language: CannedReply.objects.filter(language=language).count() for language in ("en", "es", "it")} == {
        "en": 6, "es": 6, "it": 6,
    }  # fmt: skip
