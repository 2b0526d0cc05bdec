"""Who may see what: small cells, redacted comments, names, money."""

from __future__ import annotations

import pytest
from django.utils import timezone

from dashboards.periods import month_of
from dashboards.queries.filters import Filters
from dashboards.queries.parts import Dimension, breakdown
from dashboards.queries.privacy import hidden_cells
from dashboards.queries.scores import standing
from dashboards.redaction import MASK, redact
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.roles import Role

TODAY = timezone.localdate()
THIS_MONTH = month_of(TODAY)


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 40, "b": 4, "c": 9, "d": 0}, {"b", "c"}),  # one small: the next smallest goes with it
        ({"a": 40, "b": 4, "c": 3, "d": 9}, {"b", "c"}),  # two that together are five or more hide each other
        ({"a": 40, "b": 1, "c": 1, "d": 9}, {"b", "c", "d"}),  # together still under five
        ({"a": 4}, {"a"}),
        ({"a": 40, "b": 5, "d": 0}, set()),
    ],
)
def test_a_small_cell_takes_along_what_a_total_would_give_away(sizes, hidden):
    assert hidden_cells(sizes, 5) == hidden
    assert hidden_cells(sizes, 1) == set()


def test_a_part_that_few_answered_shows_nothing_and_neither_does_its_neighbour(world):
    for name, people in (("Lima", 30), ("Cusco", 12), ("Tacna", 3)):
        unit = Unit.objects.create(name=name, code=name, path=f"/{name}/")
        for _n in range(people):
            world.answer(world.customer(unit=unit), 9, TODAY)

    found = breakdown(Filters(THIS_MONTH), Dimension.UNIT, THIS_MONTH.before, threshold=5)

    assert {c.name: (c.hidden, c.score.n) for c in found.cells} == {
        "Cusco": (True, 0),
        "Lima": (False, 30),
        "Tacna": (True, 0),
    }
    assert found.total.score.n == 45


def test_four_answers_are_shown_only_to_those_who_may_know_their_writers(world):
    for score in (1, 9, 9, 10):
        world.answer(world.customer(), score, TODAY)

    assert standing(Filters(THIS_MONTH), threshold=1).score.n == 4
    assert (standing(Filters(THIS_MONTH), threshold=5).score.n, standing(Filters(THIS_MONTH), threshold=5).hidden) == (
        0,
        True,
    )


@pytest.mark.parametrize(
    ("comment", "redacted"),
    [
        ("Soy José Pérez, llámenme", f"Soy {MASK} {MASK}, llámenme"),
        ("JOSE  perez!", f"{MASK}  {MASK}!"),
        ("Escriban a jose.p+1@correo.pe o al +51 987 654 321.", f"Escriban a {MASK} o al {MASK}."),
        ("Mi contrato 12345678-K y www.ejemplo.pe/x", f"Mi contrato {MASK}-K y {MASK}"),
        (
            "Pedro y José Antonio de la tienda, 3 visitas en 2026",
            f"Pedro y {MASK} Antonio de la tienda, 3 visitas en 2026",
        ),
        ("Perezoso servicio", "Perezoso servicio"),
    ],
)
def test_a_redacted_comment_names_nobody(comment, redacted):
    assert redact(comment, ["José de la Pérez"]) == redacted


def test_names_and_cases_are_for_those_who_may_see_them(cast, world):
    for n in range(6):
        customer = world.customer(name="Mercedes Aliaga", email="meche@correo.example")
        answer = world.answer(customer, n, TODAY, comment="Soy Mercedes, mi correo es meche@correo.example")
        world.case(answer, number=700 + n)
    path = f"/o/{cast.organization.slug}/comments/"

    def read(member, page=path):
        return cast.sign_in(member).get(page).content.decode()

    for member in (cast.alicia, cast.bruno):
        assert "Mercedes Aliaga" in read(member) and "Case 705" in read(member)
    for role in (Role.EXECUTIVE, Role.FINANCE, Role.COLLABORATOR):
        for page in (
            path,
            f"/o/{cast.organization.slug}/",
            f"/o/{cast.organization.slug}/dashboards/",
            f"{path}comments.csv",
        ):
            seen = read(cast.member(role), page)
            assert "Mercedes" not in seen and "meche@" not in seen and "Case 705" not in seen, (role, page)
        assert MASK in read(cast.member(role))
        # A search would tell who is among them.
        assert "6 comments" in read(cast.member(role), f"{path}?q=nobody-wrote-this")
    assert "0 comments" in read(cast.alicia, f"{path}?q=nobody-wrote-this")

    allowed = cast.member(Role.EXECUTIVE)
    allowed.sees_personal_data = True
    allowed.save()
    assert "Mercedes Aliaga" in read(allowed)
    assert cast.sign_in(cast.carla).get(path).status_code == 404


def test_comments_of_very_few_stay_hidden(cast, world):
    for _n in range(4):
        world.answer(world.customer(), 3, TODAY, comment="Nadie llamó")

    path = f"/o/{cast.organization.slug}/comments/"
    assert "Nadie llamó" in cast.sign_in(cast.alicia).get(path).content.decode()
    seen = cast.sign_in(cast.member(Role.COLLABORATOR)).get(path).content.decode()
    assert "Nadie llamó" not in seen and "Fewer than five people answered" in seen


def test_comments_come_in_pages_without_gaps(cast, world):
    for n in range(65):
        world.answer(world.customer(), n % 11, TODAY, comment=f"Comentario {n:03}.")
    client, path, seen = cast.sign_in(cast.alicia), f"/o/{cast.organization.slug}/comments/", []
    question = "?nps_class=&period=last-90-days"
    while question:
        page = client.get(path + question)
        seen += [n for n in range(65) if f"Comentario {n:03}." in page.content.decode()]
        question = page.context["next_url"]

    assert sorted(seen) == list(range(65))
    assert client.get(f"{path}?cursor=%FFnonsense").status_code == 200
    detractors = client.get(f"{path}?nps_class=detractor").content.decode()
    assert "Comentario 058." in detractors and "Comentario 064." not in detractors
