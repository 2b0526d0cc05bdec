"""Tags, filters and lists kept under a name."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from closeloop.actions import assign
from closeloop.actions.tagging import MOST_ON_A_CASE, tag_case
from closeloop.models import Case, CaseEvent, SavedView, Tag
from closeloop.refusals import TooManyTags
from nps_platform.tenancy.models import Team, TeamMember
from nps_platform.tenancy.roles import Role
from tests.closeloop.conftest import Opens
from tests.conftest import Cast

INBOX = "/o/andina/inbox/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


def shown(client: Client, **query: Any) -> list[int]:
    response = client.get(INBOX, {"order": "newest"} | query)
    return [row.case.number for row in response.context["rows"]]


def test_tags_are_put_on_and_taken_off_and_the_timeline_says_so(opens: Opens, bruno: Client) -> None:
    case = opens()
    bruno.post(f"{INBOX}1/tags/", {"new": "Avería,  mala   línea ,averia"})
    assert [tag.name for tag in Tag.objects.all()] == ["averia", "mala línea"] or Tag.objects.count() == 2
    fault = Tag.objects.get(folded="averia")
    page = bruno.post(f"{INBOX}1/tags/", {"tags": [fault.pk], "new": "factura"}, headers=HTMX).text
    assert "factura" in page and "mala línea" in page, "the timeline tells what was taken off"
    assert sorted(case.tagged.values_list("tag__folded", flat=True)) == ["averia", "factura"]
    assert [event.data["removed"] for event in case.events.filter(kind=CaseEvent.Kind.TAGGED)] == [[], ["mala línea"]]
    assert shown(bruno, tag=fault.pk) == [1] and shown(bruno, tag=Tag.objects.get(folded="mala linea").pk) == []


def test_too_many_and_too_long_tags_are_refused_in_words(opens: Opens, bruno: Client, cast: Cast) -> None:
    case = opens()
    assert "40 letters" in bruno.post(f"{INBOX}1/tags/", {"new": "x" * 41}).text
    assert tag_case(case, add=[f"t{n}" for n in range(MOST_ON_A_CASE)], by=cast.bruno)
    with pytest.raises(TooManyTags):
        tag_case(case, add=["one more"], by=cast.bruno)
    kept = list(Tag.objects.values_list("pk", flat=True))
    page = bruno.post(f"{INBOX}1/tags/", {"tags": kept, "new": "uno más"})
    assert "20 tags at most" in page.text and "uno más" in page.text


def test_filters_combine(opens: Opens, bruno: Client, cast: Cast) -> None:
    for _n in range(4):
        opens()
    assign(Case.objects.get(number=2), assignee=cast.bruno, by=cast.alicia)
    Case.objects.filter(number__in=[1, 2]).update(priority=1)
    Case.objects.filter(number=3).update(opened_at=timezone.now() - timedelta(days=9))
    Case.objects.get(number=4).response.__class__.objects.filter(case__number=4).update(wants_contact=True)
    today = timezone.localdate()
    assert shown(bruno, priority=1) == [2, 1] and shown(bruno, priority=1, person=cast.bruno.pk) == [2]
    assert shown(bruno, wish="yes") == [4] and shown(bruno, wish="yes", priority=1) == []
    assert shown(bruno, opened_from=today) == [4, 2, 1] and shown(bruno, opened_to=today - timedelta(days=2)) == [3]
    removable = bruno.get(f"{INBOX}?priority=1&opened_from={today}").context["narrowed"]
    assert len(removable) == 2 and all(choice.removable for choice in removable)


def test_only_who_sees_money_narrows_by_it(opens: Opens, bruno: Client, cast: Cast) -> None:
    for value in (100, 5000):
        case = opens()
        Case.objects.filter(pk=case.pk).update(yearly_value=Decimal(value))
    assert shown(cast.sign_in(cast.alicia), value_from=1000) == [2]
    assert shown(bruno, value_from=1000) == [2, 1] and "value_from" not in bruno.get(INBOX).text


def test_a_list_is_kept_under_a_name_with_its_count(opens: Opens, bruno: Client, cast: Cast) -> None:
    for _n in range(3):
        opens()
    Case.objects.filter(number=1).update(priority=1)
    answer = bruno.post(f"{INBOX}views/new/?priority=1&order=newest&after=x", {"name": "Urgentes", "sharing": "nobody"})
    view = SavedView.objects.get()
    assert view.query == "priority=1&order=newest" and f"saved={view.pk}" in answer["Location"]
    page = bruno.get(answer["Location"])
    assert [row.case.number for row in page.context["rows"]] == [1]
    (chip,) = page.context["saved"]
    assert (chip.label, chip.current, chip.count) == ("Urgentes", True, "1")
    assert not any(chip.current for chip in page.context["chips"])
    Case.objects.filter(number=2).update(priority=1)
    assert bruno.get(INBOX).context["saved"][0].count == "2"
    assert cast.sign_in(cast.member(Role.AGENT)).get(INBOX).context["saved"] == []


def test_a_team_s_view_is_for_the_team_and_needs_one(opens: Opens, bruno: Client, cast: Cast) -> None:
    opens()
    fibra = Team.objects.create(name="Fibra")
    TeamMember.objects.create(team=fibra, membership=cast.bruno)
    other = Team.objects.create(name="Otra")
    inside, outside = cast.member(Role.AGENT), cast.member(Role.MANAGER)
    TeamMember.objects.create(team=fibra, membership=inside)
    new = f"{INBOX}views/new/?priority=1"
    assert "Choose the team" in bruno.post(new, {"name": "Fibra", "sharing": "team"}).text
    assert not bruno.post(new, {"name": "Fibra", "sharing": "team", "team": other.pk}).get("Location")
    assert bruno.post(new, {"name": "Fibra", "sharing": "team", "team": fibra.pk}).status_code == 302
    assert len(cast.sign_in(inside).get(INBOX).context["saved"]) == 1
    assert cast.sign_in(outside).get(INBOX).context["saved"] == []


def test_its_owner_or_a_manager_changes_a_shared_view_nobody_else(opens: Opens, bruno: Client, cast: Cast) -> None:
    opens()
    bruno.post(f"{INBOX}views/new/?priority=1", {"name": "Mía", "sharing": "nobody"})
    bruno.post(f"{INBOX}views/new/?priority=2", {"name": "De todos", "sharing": "everybody"})
    own, shared = SavedView.objects.order_by("id")
    agent, alicia = cast.sign_in(cast.member(Role.AGENT)), cast.sign_in(cast.alicia)
    for act in ("", "move/", "delete/"):
        assert agent.post(f"{INBOX}views/{shared.pk}/{act}", {"name": "x", "sharing": "nobody"}).status_code == 403
        assert alicia.post(f"{INBOX}views/{own.pk}/{act}", {"name": "x", "sharing": "nobody"}).status_code == 404
    alicia.post(f"{INBOX}views/{shared.pk}/", {"name": "De todas", "sharing": "everybody"})
    shared.refresh_from_db()
    assert (shared.name, shared.query, shared.owner) == ("De todas", "priority=2", cast.bruno)
    bruno.post(f"{INBOX}views/{shared.pk}/move/", {"to": "up"})
    assert [view.name for view in SavedView.objects.all()] == ["De todas", "Mía"]
    assert bruno.get(f"{INBOX}views/").text.index("De todas") < bruno.get(f"{INBOX}views/").text.index("Mía")
    alicia.post(f"{INBOX}views/{shared.pk}/delete/")
    assert [view.name for view in SavedView.objects.all()] == ["Mía"]
