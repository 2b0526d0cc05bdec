"""Everything one does in a case, by the page's own forms; every step stands on the timeline and in the audit."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from closeloop.actions import (
    assign,
    customer_reply,
    customer_verdict,
    forward_case,
    guest_answer,
    log_call,
    reopen,
    resolve,
    send_reply,
)
from closeloop.models import CannedReply, Case, CaseEvent, Forward, RootCause
from closeloop.recipients import mentioned
from closeloop.refusals import AlreadyResolved, LinkClosed, NotOnCases
from nps_platform.customers.actions import erase_customer
from nps_platform.customers.models import Customer, Suppression
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Membership, Team, User
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import ForeignOrganization
from responses.provisional import keep_begun
from surveys.models import Invitation, Programme, Survey
from tests.closeloop.conftest import Answers, Opens
from tests.conftest import Cast

CASE = "/o/andina/inbox/1/"


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


def kinds(case: Case) -> list[str]:
    return list(case.events.values_list("kind", flat=True))


def test_what_the_customer_began_and_did_not_send_stands_beside_the_case(
    opens: Opens, answers: Answers, mercedes: Customer, survey: Survey, bruno: Client
) -> None:
    case = opens()
    assert "Began, didn’t send" not in bruno.get(CASE).text
    wave = Programme.objects.create(name="Wave 1", survey=survey)
    asked = {"programme": wave, "survey": survey, "version": survey.published, "expires_at": timezone.now()}
    invitation = Invitation.objects.create(customer=mercedes, language="es", **asked)
    keep_begun(invitation, score=4, comment="Otra vez sin línea", language="es")
    page = bruno.get(CASE).text
    assert "Began, didn’t send" in page and "counts nowhere" in page
    assert "began, didn’t send: 4" in page and "Otra vez sin línea" in page
    answers(4, "Otra vez sin línea", invitation=invitation)
    Invitation.objects.filter(pk=invitation.pk).update(answered_at=timezone.now())
    assert "Began, didn’t send" not in bruno.get(CASE).text, "what was confirmed is an answer"
    assert case.response.score != 4


def mailed(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).values_list("to_address", flat=True))


def test_a_case_goes_from_new_to_confirmed_and_nothing_is_forgotten(opens: Opens, bruno: Client, cast: Cast) -> None:
    case = opens()
    billing = RootCause.objects.get(key="billing")
    for path, data in (
        ("acknowledge/", {}),
        ("assign/", {"assignee": cast.bruno.pk}),
        ("note/", {"text": "Mira esto, @alicia"}),
        ("call/", {"outcome": "no_answer", "text": ""}),
        ("reply/", {"text": "Vamos hoy"}),
        ("resolve/", {"root_cause": billing.pk, "outcome": "solved", "text": "Técnico enviado"}),
    ):
        assert bruno.post(CASE + path, data).status_code == 302, path
    customer_verdict(case, verdict="yes")
    case.refresh_from_db()
    assert (case.state, case.is_open, case.root_cause, case.outcome) == ("confirmed", False, billing, "solved")
    expected = ["opened", "acknowledged", "assigned", "note", "call", "reply", "resolved", "confirmed"]
    assert kinds(case) == expected
    assert list(AuditEntry.objects.filter(target_kind="case").order_by("id").values_list("action", flat=True)) == [
        f"case.{kind}" for kind in expected
    ]
    assert mailed("mention") == ["alicia@andina.example"]


def test_resolving_asks_for_cause_and_outcome_and_keeps_what_was_typed(opens: Opens, bruno: Client) -> None:
    case = opens()
    page = bruno.post(CASE + "resolve/", {"text": "Hecho"})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"root_cause", "outcome"} and "Hecho" in page.content.decode()
    case.refresh_from_db()
    assert case.is_open


def test_a_blank_that_nobody_filled_blocks_the_reply_at_its_field(opens: Opens, bruno: Client) -> None:
    opens()
    for text in ("Hola {{customer_name}}", "Le llamo el [día y hora]"):
        page = bruno.post(CASE + "reply/", {"text": text}).content.decode()
        assert "before sending" in page and text in page
    assert not mailed("reply")


def test_a_canned_reply_begins_with_the_case_s_names(opens: Opens, bruno: Client) -> None:
    opens()
    canned = CannedReply.objects.get(language="es", name__startswith="Gracias")
    page = bruno.get(CASE, {"canned": canned.pk}).content.decode()
    assert "Hola, Mercedes Aliaga:" in page and "Gracias por recomendar Andina Telecom" in page
    bruno.post(CASE + "reply/", {"text": "Gracias", "canned": canned.pk})
    canned.refresh_from_db()
    assert canned.uses == 1


@pytest.mark.parametrize("why", ["no address", "bounced", "erased"])
def test_who_can_not_be_written_to_is_said_and_not_written_to(
    opens: Opens, bruno: Client, mercedes: Customer, why: str
) -> None:
    opens()
    if why == "no address":
        Customer.objects.update(email="")
    elif why == "erased":
        Customer.objects.update(erased_at=timezone.now())
    else:
        Suppression.objects.create(address=mercedes.email, reason="bounced")
    assert "You can&#x27;t reply by e-mail" in bruno.get(CASE).content.decode() or (
        "You can't reply by e-mail" in bruno.get(CASE).content.decode()
    )
    bruno.post(CASE + "reply/", {"text": "Hola"})
    assert not mailed("reply")


def test_pressing_send_twice_writes_once(opens: Opens, bruno: Client) -> None:
    opens()
    for _ in range(2):
        bruno.post(CASE + "reply/", {"text": "Vamos hoy"})
    assert len(mailed("reply")) == 1


def test_reached_is_a_spoken_call_or_the_customer_s_word_after_we_tried(opens: Opens, cast: Cast) -> None:
    silent, spoken, answered, unasked = opens(), opens(), opens(), opens()
    log_call(silent, spoken=False, by=cast.bruno)
    log_call(spoken, spoken=True, by=cast.bruno)
    send_reply(answered, text="Hola", by=cast.bruno)
    customer_reply(answered, text="Gracias")
    customer_reply(unasked, text="¿Hola?")
    for case in (silent, spoken, answered, unasked):
        case.refresh_from_db()
    assert [bool(case.attempted_at) for case in (silent, spoken, answered, unasked)] == [True, True, True, False]
    assert [bool(case.reached_at) for case in (silent, spoken, answered, unasked)] == [False, True, True, False]
    assert sorted(set(mailed("case_news"))) == ["alicia@andina.example"]


def test_a_no_opens_a_resolved_case_again_and_a_second_no_says_nothing_new(opens: Opens, cast: Cast) -> None:
    case = opens()
    resolve(case, root_cause=RootCause.objects.get(key="other"), outcome="explained", by=cast.bruno)
    with pytest.raises(AlreadyResolved):
        resolve(case, root_cause=RootCause.objects.get(key="other"), outcome="explained", by=cast.bruno)
    customer_verdict(case, verdict="no")
    assert customer_verdict(case, verdict="no") is None
    case.refresh_from_db()
    assert (case.state, case.is_open, case.resolved_at) == ("reopened", True, None) and case.act_by > timezone.now()
    assert kinds(case)[-2:] == ["resolved", "reopened"]
    with pytest.raises(ValueError, match="maybe"):
        customer_verdict(case, verdict="maybe")


def test_a_colleague_reopens_and_only_what_is_closed(opens: Opens, bruno: Client, cast: Cast) -> None:
    case = opens()
    send_reply(case, by=cast.bruno, text="Lo miramos hoy.")
    assert bruno.post(CASE + "reopen/", {"text": ""}).status_code == 200  # refused, said in the form
    resolve(case, root_cause=RootCause.objects.get(key="other"), outcome="explained", by=cast.bruno)
    assert bruno.post(CASE + "reopen/", {"text": "Llamó otra vez"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.is_waiting) == ("reopened", False)
    assert case.attempted_at and not case.reached_at  # METHOD §9: only the customer's own word or a spoken call reaches
    with pytest.raises(Exception, match="not_resolved"):
        reopen(case, by=cast.bruno)


def test_a_case_goes_only_to_those_who_work_on_cases_here(opens: Opens, bruno: Client, cast: Cast) -> None:
    case, team = opens(), Team.objects.create(name="North")
    with pytest.raises(NotOnCases):
        assign(case, assignee=cast.member(Role.EXECUTIVE), by=cast.alicia)
    with pytest.raises(ForeignOrganization):
        assign(case, assignee=cast.carla, by=cast.alicia)
    assert bruno.post(CASE + "assign/", {"assignee": cast.carla.pk}).context["form"].errors
    assign(case, assignee=cast.bruno, team=team, by=cast.alicia)
    assign(case, assignee=cast.bruno, team=team, by=cast.alicia)
    assert mailed("mention") == ["bruno@andina.example"] and kinds(case).count("assigned") == 1
    bruno.post(CASE + "assign/", {})
    case.refresh_from_db()
    assert (case.assignee, case.team) == (None, None)


def test_a_guest_answers_until_the_link_is_withdrawn_or_expires(opens: Opens, bruno: Client, cast: Cast) -> None:
    case = opens()
    sent = {"email": "planta@andina.example", "text": "¿Qué pasó?", "hidden": ["name", "contact"], "days": 7}
    assert bruno.post(CASE + "forward/", sent).status_code == 302
    forward = Forward.objects.get()
    assert forward.hidden_fields == ["name", "contact", "value"], "an agent sees no money and shows none"
    assert mailed("forward") == ["planta@andina.example"]
    guest_answer(forward, text="Técnico a las 12")
    assert kinds(case)[-2:] == ["forward", "guest_answer"]
    assert AuditEntry.objects.get(action="case.guest_answer").actor_label == "guest"
    shown = bruno.get(CASE).content.decode()
    assert "Técnico a las 12" in shown and "planta@andina.example" in shown
    for _ in range(2):
        bruno.post(f"{CASE}forwards/{forward.pk}/revoke/")
    with pytest.raises(LinkClosed):
        guest_answer(forward, text="más")
    log = cast.sign_in(cast.alicia).get("/o/andina/settings/audit/").content.decode()
    assert [log.count(f">{words}<") for words in ("Forwarded a case", "Withdrew the link to a forwarded case")] == [
        1,
        1,
    ]
    late = forward_case(case, email="g@x.example", by=cast.alicia)
    Forward.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(LinkClosed):
        guest_answer(late, text="más")


@pytest.mark.parametrize("data", [{"email": "nobody"}, {"email": "a@b.example", "text": "x", "days": 1000}, {}])
def test_a_forward_that_can_not_go_is_said_at_the_field(opens: Opens, bruno: Client, data: dict) -> None:
    opens()
    assert bruno.post(CASE + "forward/", data).context["form"].errors
    assert not Forward.objects.exists()


def test_htmx_gets_the_pane_the_row_and_a_word_and_pages_work_without_it(opens: Opens, bruno: Client) -> None:
    opens()
    asked = bruno.get(CASE + "resolve/", headers={"HX-Request": "true", "HX-Target": "dialog-host"}).content.decode()
    assert asked.startswith("<dialog") and "<html" not in asked
    answer = bruno.post(CASE + "note/", {"text": "Nota"}, headers={"HX-Request": "true", "HX-Target": "case-pane"})
    body = answer.content.decode()
    assert "<html" not in body and "Nota" in body and 'id="row-1"' in body and "hx-swap-oob" in body
    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "Note added."
    assert "<html" in bruno.get(CASE + "resolve/").content.decode()


def test_mentions_find_whole_names_first_names_and_addresses(cast: Cast) -> None:
    def member(name: str, email: str) -> Membership:
        user = User.objects.create_user(email, name=name)
        return Membership.objects.create(organization=cast.organization, user=user, role=Role.AGENT)

    lucia, mari, maria = (
        member("Lucía Paredes", "lp@x.example"),
        member("Mari Sol", "m@x.example"),
        member("María", "x@x.example"),
    )
    people = [lucia, mari, maria]
    assert mentioned("@Lucia, mira; y @LUCÍA paredes", among=people) == [lucia]
    assert mentioned("para @maría y @lp", among=people) == [maria, lucia]
    assert mentioned("correo a lucia@x.example o @nadie", among=people) == []


def test_wrong_methods_and_other_cases_are_refused(opens: Opens, bruno: Client) -> None:
    opens()
    assert bruno.get(CASE + "reply/").status_code == 405
    assert bruno.post("/o/andina/inbox/99/reply/", {"text": "x"}).status_code == 404
    assert bruno.post(f"{CASE}forwards/99/revoke/").status_code == 404
    assert CaseEvent.objects.exclude(kind="opened").count() == 0


def test_an_erased_person_leaves_the_case_without_words(
    opens: Opens, bruno: Client, cast: Cast, mercedes: Customer
) -> None:
    case = opens(2, "Soy Mercedes y sigo sin internet")
    send_reply(case, text="Estimada Mercedes", by=cast.bruno)
    customer_reply(case, text="Mi número es 600 000 001")
    forward = forward_case(case, email="planta@x.example", text="Mercedes espera", by=cast.alicia)
    erase_customer(mercedes, by=cast.alicia)
    page = bruno.get(CASE).content.decode()
    assert "Mercedes" not in page and "600 000" not in page and "Erased customer" in page
    with pytest.raises(LinkClosed):
        guest_answer(forward, text="Listo")
    assert Case.objects.get().attempted_at is not None and kinds(case).count("reply") == 1
