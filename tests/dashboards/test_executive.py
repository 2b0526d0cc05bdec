"""The report: one page that says whether it moved, who pays, why, and what was done about it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine

from dashboards.periods import month_of
from dashboards.queries.filters import Filters
from dashboards.queries.loop import causes, loop
from nps_platform.tenancy.roles import Role

MAY = month_of(date(2026, 5, 1))
HOUR = timedelta(hours=1)


def test_the_loop_counts_what_people_did(world):
    friday_noon = world.at(date(2026, 5, 8))

    def detractor(wants_contact=True, **case):
        answer = world.answer(world.customer(), 2, friday_noon, wants_contact=wants_contact)
        return world.case(answer, due_at=friday_noon + 8 * HOUR, **case) if case else answer

    detractor(attempted_at=friday_noon + HOUR, reached_at=friday_noon + 2 * HOUR, state="confirmed", is_open=False)
    # Monday 10:00 in Madrid: six business hours on Friday and one on Monday; late.
    detractor(attempted_at=world.at(date(2026, 5, 11)) - 2 * HOUR, state="resolved", is_open=False)
    detractor(wants_contact=False, attempted_at=friday_noon + 3 * HOUR, state="contacted")
    detractor(state="new")
    detractor()
    world.answer(world.customer(email=""), 3, friday_noon)
    world.answer(world.customer(), 9, friday_noon)

    found = loop(Filters(MAY))

    assert (found.detractors, found.reachable) == (6, 4)
    assert (found.attempted, found.in_time, found.reached, found.closed, found.confirmed) == (3, 1, 1, 2, 1)
    assert (found.rate, found.to_contact, found.to_reach) == (0.25, 3 * HOUR, 2 * HOUR)


def test_an_answer_loaded_too_late_to_act_on_it_is_no_part_of_the_loop(world):
    noon = world.at(date(2026, 5, 8))
    world.answer(world.customer(), 2, noon, recorded_at=noon + timedelta(days=6))
    world.answer(world.customer(), 2, noon, recorded_at=noon + timedelta(days=8))
    found = loop(Filters(MAY))
    assert (found.detractors, found.reachable) == (1, 1)


def test_a_cause_that_names_nothing_comes_last(world):
    for n, name in enumerate(["Other", "Other", "Cita"]):
        world.case(world.answer(world.customer(), 3, date(2026, 5, 1 + n)), root_cause=world.cause(name))
    assert [(c.name, c.cases) for c in causes(Filters(MAY))] == [("Cita", 1), ("Other", 2)]


def test_causes_are_counted_and_quoted(world):
    for n, name in enumerate(["Factura", "Llamada", "Llamada", "Cita", "Cita", "Cita", "Precio"]):
        answer = world.answer(world.customer(), 3, date(2026, 5, 1 + n), comment=f"Comentario {n}")
        world.case(answer, root_cause=world.cause(name))

    found = causes(Filters(MAY))
    assert [(c.name, c.cases, c.comment and c.comment.comment) for c in found] == [
        ("Cita", 3, "Comentario 5"),
        ("Llamada", 2, "Comentario 2"),
        ("Factura", 1, "Comentario 0"),
    ]
    assert causes(Filters(MAY), threshold=5) == []


@time_machine.travel(datetime(2026, 6, 10, 12, tzinfo=ZoneInfo("UTC")), tick=False)
def test_the_report_opens_with_the_last_month_that_has_answers(cast, world):
    world.answers(60, 30, 30, date(2025, 5, 10))
    world.answers(120, 30, 10, date(2026, 5, 10))
    world.answers(1, 0, 0, date(2026, 6, 1))
    for _n in range(6):
        customer = world.customer(name="Rosa Quispe")
        world.pay(customer, date(2026, 4, 1), 1000)
        answer = world.answer(customer, 2, date(2026, 5, 12), comment="Soy Rosa Quispe y nadie llama")
        world.case(answer, root_cause=world.cause("Llamada"), state="resolved", is_open=False)
    path = f"/o/{cast.organization.slug}/executive/"

    page = cast.sign_in(cast.member(Role.EXECUTIVE)).get(path)
    text = page.content.decode()

    assert page.context["period"] == MAY
    assert page.context["headline"] == ("They recommend us more than a year ago. What detractors name most: Llamada.")
    assert "nadie llama" in text and "Quispe" not in text
    assert "Who pays" in text
    assert "Who pays" not in cast.sign_in(cast.member(Role.COLLABORATOR)).get(path).content.decode()
    assert "Rosa Quispe" in cast.sign_in(cast.alicia).get(path).content.decode()

    client = cast.sign_in(cast.alicia)
    assert client.get(f"{path}?period=2026-q2").context["period"].whole_months == 3
    assert "No answers in this period" in client.get(f"{path}?period=2026-01").content.decode()
    for wrong in ("nonsense", "last-90-days", "2026-00"):
        answer = client.get(f"{path}?period={wrong}")
        assert answer.status_code == 200 and 'role="alert"' in answer.content.decode()
    assert cast.sign_in(cast.carla).get(path).status_code == 404


def test_an_organisation_without_answers_gets_a_page_all_the_same(cast):
    page = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/executive/")
    assert page.status_code == 200 and "No answers in this period" in page.content.decode()
    assert f"{cast.organization.name}, {cast.organization.name}" not in page.content.decode()  # no programme of its own
