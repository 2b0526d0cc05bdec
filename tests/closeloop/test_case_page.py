"""What stands around a case: the answer on its page, the customer's history and value, their company, and the playbook."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from closeloop.models import CannedReply
from nps_platform.customers.lifecycle import Lifecycle, lifecycle_of
from nps_platform.customers.models import Account, Customer, RevenueEntry
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.roles import Role
from responses.models import Answer
from surveys.models import Stage, Touchpoint
from tests.closeloop.conftest import Answers, Opens
from tests.conftest import Cast
from tests.surveys.contents import content, live, question, republished

CASE = "/o/andina/inbox/1/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


def pays(customer: Customer, *months: str, amount: str = "40.00") -> None:
    for month in months:
        period = date.fromisoformat(f"{month}-01")
        RevenueEntry.objects.create(
            customer=customer, customer_ref=customer.external_id, period=period, amount=amount, currency="EUR"
        )


def test_the_answer_stands_on_its_page_as_it_was_given(opens: Opens, answers: Answers, bruno: Client) -> None:
    said = content(question("why", "text"), question("speed", "csat"), question("call", "contact"), languages=("es",))
    survey = live(said)
    case = opens(3, "Sigo <b>sin</b> internet", wants_contact=True, survey=survey, version=survey.published)
    Answer.objects.create(response=case.response, key="speed", kind="csat", number=2)
    republished(survey, content(languages=("es",)))
    shown = bruno.get(CASE).text
    assert f'src="{CASE}answer/"' in shown and "version 1" in shown
    page = bruno.get(f"{CASE}answer/")
    assert page["X-Frame-Options"] == "SAMEORIGIN" and 'lang="es"' in page.text
    assert re.search(r'name="score" value="3" required[^>]* checked', page.text)
    assert re.search(r'name="q-speed" value="2"[^>]* checked', page.text), "in the version that was answered"
    assert "Sigo &lt;b&gt;sin&lt;/b&gt; internet</textarea>" in page.text
    assert page.text.count(" checked>") == 3, "and the wish for contact"
    assert re.search(r"<button[^>]* disabled>", page.text), "nothing is sent from here"


def test_the_customer_s_history_company_and_other_cases(
    opens: Opens, answers: Answers, bruno: Client, mercedes: Customer
) -> None:
    company = Account.objects.create(external_id="A1", name="Panadería Sol")
    Customer.objects.filter(pk=mercedes.pk).update(account=company)
    happy = Customer.objects.create(external_id="C2", name="Iván Sol", account=company)
    Customer.objects.create(external_id="C3", name="Ana Muda", account=company)
    Customer.objects.create(external_id="C4", name="Otro Lugar")
    month = timedelta(days=30)
    answers(9, at=timezone.now() - 3 * month)
    answers(2, customer=happy, at=timezone.now() - 2 * month)
    answers(10, customer=happy, at=timezone.now() - month)
    opens(1, "La factura")
    opens(2, "Sin internet")
    page = bruno.get("/o/andina/inbox/2/about/", headers=HTMX).text
    assert "Scores, oldest first: 9, 1, 2" in page and page.count("<circle") == 3
    assert "Others at Panadería Sol" in page and "Otro Lugar" not in page
    contacts = page[page.index("about-contacts") : page.index("about-cases")]
    assert (
        contacts.index("Iván Sol")
        < contacts.index("is-promoter")
        < contacts.index("Ana Muda")
        < contacts.index("is-silent")
    )
    assert f'href="{CASE}"' in page and 'href="/o/andina/inbox/2/"' not in page.split("about-scores")[1]


def test_value_is_shown_by_year_to_who_sees_money_alone(
    opens: Opens, bruno: Client, mercedes: Customer, cast: Cast
) -> None:
    pays(mercedes, "2025-11", "2025-12", "2026-01")
    opens()
    seen = cast.sign_in(cast.member(Role.MANAGER)).get(f"{CASE}about/").text.replace("\xa0", " ")
    assert "Revenue 2025" in seen and "80 €" in seen and "Revenue 2026" in seen and "40 €" in seen
    hidden = bruno.get(f"{CASE}about/").text
    assert "€" not in hidden and "Your role sees no money." in hidden


@pytest.mark.parametrize(
    ("months_ago", "expected"),
    [
        ([0], Lifecycle.ACTIVE),
        ([2, 1, 0], Lifecycle.ACTIVE),
        ([5, 4, 3, 2], Lifecycle.SLIPPING),
        ([6, 4, 2], Lifecycle.ACTIVE),  # every second month is their usual
        ([12, 3], Lifecycle.LOST),
        ([], None),
    ],
)
def test_where_a_customer_stands_is_read_from_what_they_paid(
    inside: Organization, mercedes: Customer, months_ago: list[int], expected: Lifecycle | None
) -> None:
    """METHOD §7, by months: the newest loaded is everybody's."""
    other = Customer.objects.create(external_id="C2")
    first = date(2025, 1, 1)
    months = [date(first.year + (11 - ago) // 12, (11 - ago) % 12 + 1, 1) for ago in [0, *months_ago]]
    pays(other, f"{months[0]:%Y-%m}")
    pays(mercedes, *(f"{month:%Y-%m}" for month in months[1:]))
    assert lifecycle_of(mercedes) == expected


def test_a_new_customer_and_a_declared_loss(inside: Organization, mercedes: Customer) -> None:
    today = timezone.localdate()
    mercedes.joined_on = today - timedelta(days=20)
    assert lifecycle_of(mercedes) == Lifecycle.NEW
    mercedes.lost_on = today
    assert lifecycle_of(mercedes) == Lifecycle.LOST


def test_a_visitor_has_no_history_and_a_case_no_neighbours(opens: Opens, bruno: Client) -> None:
    opens(customer=None)
    assert "About the customer" not in bruno.get(CASE).text
    assert bruno.get(f"{CASE}about/").status_code == 404
    assert bruno.get("/o/andina/inbox/9/answer/").status_code == 404


def test_the_playbook_offers_what_fits_class_and_touchpoint_in_the_customer_s_language(
    opens: Opens, bruno: Client, cast: Cast
) -> None:
    stage = Stage.objects.create(name="Uso")
    bill, visit = (Touchpoint.objects.create(stage=stage, name=name) for name in ("factura", "visita"))
    opens(2, touchpoint=bill)
    opens(4, touchpoint=visit)
    owner = cast.sign_in(cast.alicia)
    new = {"name": "Factura explicada", "language": "es", "text": "Su factura, {{customer_name|señora}}: [importe]"}
    assert (
        owner.post(
            "/o/andina/settings/replies/new/", {**new, "classes": ["detractor"], "touchpoint": bill.pk}
        ).status_code
        == 302
    )
    offered = [one.canned.name for one in bruno.get(CASE).context["pane"].playbook]
    assert offered == ["Factura explicada", "Disculpa y próximo paso", "Servicio restablecido", "Solución rápida"]
    elsewhere = bruno.get("/o/andina/inbox/2/").context["pane"].playbook
    assert "Factura explicada" not in [one.canned.name for one in elsewhere] and len(elsewhere) == 3
    page = bruno.get(CASE).text
    assert 'data-insert="Su factura, Mercedes Aliaga: [importe]"' in page
    canned = CannedReply.objects.get(name="Factura explicada")
    assert "Su factura, Mercedes Aliaga" in bruno.get(CASE, {"canned": canned.pk}).text, "also without script"
    assert "Factura explicada" in owner.get("/o/andina/settings/replies/").text
    canned.classes, canned.touchpoint = [], None
    canned.save()
    assert "Factura explicada" not in [one.canned.name for one in bruno.get(CASE).context["pane"].playbook]


def test_a_new_organisation_has_a_playbook_in_three_languages(opens: Opens) -> None:
    plays = [canned for canned in CannedReply.objects.all() if canned.is_play]
    for language in ("en", "es", "it"):
        classes = [canned.classes for canned in plays if canned.language == language]
        assert sorted(classes) == [["detractor"], ["detractor"], ["detractor", "passive"], ["promoter"]]
