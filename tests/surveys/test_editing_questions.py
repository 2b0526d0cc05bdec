"""Adding, ordering and wording questions in the editor; the rules that keep a survey sound."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from nps_platform.customers.models import Segment
from nps_platform.tenancy.models import Organization
from surveys.actions import create_survey, edit_draft
from surveys.authoring.content import Question
from surveys.authoring.readiness import problems
from surveys.models import Survey
from tests.conftest import Cast

SEGMENT = {"match": "all", "conditions": [{"field": "external_id", "operator": "is", "value": "C-1"}]}


class Desk:
    """Alicia at the editor of one survey; every call is one that her browser makes."""

    def __init__(self, client: Client, survey: Survey) -> None:
        self.client, self.survey, self.here = client, survey, f"/o/andina/surveys/{survey.pk}/"

    def add(self, kind: str, part: str = "nps") -> str:
        """The new question's key."""
        where = self.client.post(f"{self.here}questions/add/?part={part}", {"kind": kind}).headers["Location"]
        return where.split("part=")[1].split("&")[0]

    def question(self, key: str) -> Question:
        found = self.now.draft_content.question(key)
        assert found is not None
        return found

    def save(self, part: str, language: str = "en", **said: Any) -> Any:
        return self.client.post(f"{self.here}?part={part}&language={language}", said, headers={"HX-Request": "true"})

    def order(self) -> list[str]:
        return [q.key for q in self.now.draft_content.questions]

    @property
    def now(self) -> Survey:
        return Survey.objects.get(pk=self.survey.pk)

    @property
    def problems(self) -> list[str]:
        return [problem.part for problem in problems(self.now)]


ALL = ["promoter", "passive", "detractor"]


@pytest.fixture
def desk(cast: Cast, inside: Organization) -> Desk:
    survey = create_survey(kind="relational", name="Relational", languages=("en", "es"), by=None)
    return Desk(cast.sign_in(cast.alicia), survey)


def test_questions_are_added_moved_and_taken_out(desk: Desk) -> None:
    assert desk.add("csat") == "csat"
    assert desk.add("choice", part="csat") == "choice"
    assert desk.order() == ["nps", "csat", "choice", "why-promoter", "why-passive", "why-detractor", "contact"]
    ready = desk.now.draft_content.question("csat")
    assert ready and ready.text("en").startswith("How satisfied are you with Andina") and ready.text("es", "high")

    move = f"{desk.here}questions/move/"
    desk.client.post(move, {"key": "csat", "down": "1"})
    assert desk.order()[:3] == ["nps", "choice", "csat"]
    desk.client.post(move, {"key": "why-passive", "up": "1"})
    assert desk.order()[:5] == ["nps", "choice", "why-promoter", "why-passive", "why-detractor"], (
        "the group goes as one"
    )
    desk.client.post(move, {"key": "contact", "to": "1"})
    assert desk.order()[:2] == ["nps", "contact"]
    desk.client.post(move, {"key": "nps", "down": "1"})
    desk.client.post(move, {"key": "choice", "to": "0"})
    assert desk.order()[0] == "nps", "the score stays first"

    desk.client.post(f"{desk.here}questions/remove/", {"key": "csat"})
    desk.client.post(f"{desk.here}questions/remove/", {"key": "nps"})
    assert "csat" not in desk.order() and "nps" in desk.order()


def test_answers_to_choose_keep_their_keys_while_their_words_change(desk: Desk) -> None:
    desk.add("choice")
    desk.save("choice", text="What weighed most?", options="Price\nService", classes=ALL)
    keys = [option.key for option in desk.question("choice").options]
    desk.save("choice", text="What weighed most?", options="The price\nService\nNetwork", classes=ALL)
    desk.save("choice", text="What weighed most?", options="Service\nThe price\nNetwork", classes=ALL)
    options = desk.question("choice").options
    assert [option.text("en") for option in options] == ["Service", "The price", "Network"]
    assert options[0].key == keys[1], "what was answered still means the same"
    assert desk.problems == ["choice"], "no words in Spanish yet"
    said = {f"option-{option.key}": word for option, word in zip(options, ("Atención", "Precio", "Red"), strict=True)}
    desk.save("choice", "es", text="¿Qué pesó más?", classes=ALL, **said)
    assert desk.problems == []
    refused = desk.save("choice", text="?", options="Same\nSame", classes=ALL)
    assert refused.status_code == 422 and "Two answers read the same" in refused.text


def test_a_question_may_wait_for_an_earlier_answer(desk: Desk) -> None:
    desk.add("ces")
    desk.add("text", part="ces")
    followed: dict[str, Any] = {"after-ces": ["1", "2"]}
    desk.save("text", text="What was hard?", classes=["detractor"], after="ces", **followed)
    shown = desk.question("text").shown
    assert (shown.classes, shown.question, shown.answers) == (("detractor",), "ces", ("1", "2"))
    assert "text" not in desk.problems
    preview = desk.client.get(f"{desk.here}preview/?page=more&question=text&language=en").text
    assert "What was hard?" in preview
    desk.client.post(f"{desk.here}questions/move/", {"key": "ces", "to": "3"})
    assert "text" in desk.problems, "what it depends on comes after it now"
    desk.save("text", text="What was hard?", classes=["detractor"])
    assert "text" not in desk.problems, "it is shown to all detractors now"


@pytest.mark.parametrize("part", ["thanks", "mail", "nps", "why-detractor", "contact"])
def test_what_is_answered_to_typing_finds_its_place_on_the_page(desk: Desk, part: str) -> None:
    desk.add("choice")  # the questions after it may be asked by what was chosen
    here = f"{desk.here}?part={part}&language=en"
    form = {"promoter_code": "X" * 61, "promoter_step": "nothing like it"} if part == "thanks" else {}
    answer = desk.client.post(here, form, headers={"HX-Request": "true"}).text
    swapped = set(re.findall(r'id="([\w-]+)" hx-swap-oob', answer))
    assert swapped
    assert swapped <= set(re.findall(r'id="([\w-]+)"', desk.client.get(here).text))


def test_a_segment_gets_its_own_thanks_with_a_next_step(desk: Desk) -> None:
    segment = Segment.objects.create(name="Mercedes", rules=SEGMENT)
    desk.client.post(f"{desk.here}thanks/", {"nps_class": "promoter", "segment": segment.pk})
    key = f"promoter-{segment.pk}"
    pages = {page.key: page for page in desk.now.draft_content.thanks}
    assert pages[key].text("en", "title") == pages["promoter"].text("en", "title")
    said = {f"{page}_{name}": "" for page in pages for name in ("title", "body", "step", "code", "url")}
    said |= {f"{page}_title": "Thanks" for page in pages}
    desk.save("thanks", **(said | {f"{key}_step": "offer", f"{key}_url": "example.com"}))
    messages = [p.message for p in problems(desk.now)]
    assert any("https://" in m for m in messages) and any("button of an offer" in m for m in messages)
    desk.client.post(f"{desk.here}thanks/", {"remove": key})
    assert key not in [page.key for page in desk.now.draft_content.thanks]
    assert desk.problems == []


def test_a_review_link_is_for_everyone_and_without_reward(desk: Desk) -> None:
    said = {f"{c}_{name}": "" for c in ALL for name in ("title", "body", "step", "code", "url")}
    said |= {f"{c}_title": "Thanks" for c in ALL}
    desk.save("thanks", **said, review_url="https://g.page/r/andina/review")
    assert {page.review_url for page in desk.now.draft_content.thanks} == {"https://g.page/r/andina/review"}
    assert desk.problems == []
    desk.save(
        "thanks", **(said | {"promoter_step": "referral", "promoter_code": "AMIGO"}), review_url="https://g.page/r/a"
    )
    assert any("paying for reviews" in p.message for p in problems(desk.now))
    hidden = said | {"promoter_body": "Tell others: https://www.trustpilot.com/evaluate/andina."}
    desk.save("thanks", **hidden, review_url="")
    found = problems(desk.now)
    assert [p.part for p in found] == ["thanks"] and "depends on the score" in found[0].message
    refused = desk.client.post(f"{desk.here}publish/")
    assert "part=thanks" in refused.headers["Location"] and desk.now.published is None


def test_an_employee_survey_asks_for_nothing_that_leads_to_a_person(cast: Cast, inside: Organization) -> None:
    survey = create_survey(kind="employee", name="eNPS", languages=("en", "es", "it"), by=None)
    content = survey.draft_content
    assert "as a place to work" in content.nps.text("en") and content.contact is None and problems(survey) == []
    desk = Desk(cast.sign_in(cast.alicia), survey)
    desk.client.post(f"{desk.here}questions/add/", {"kind": "contact"})
    assert desk.now.draft_content.contact is None
    said = {f"{c}_title": "Thanks" for c in ALL}
    refused = desk.save("thanks", **said, detractor_step="contact")
    assert refused.status_code == 422


def test_the_editor_of_an_employee_survey_speaks_of_employees_and_has_no_mail(cast: Cast, inside: Organization) -> None:
    survey = create_survey(kind="employee", name="eNPS", languages=("en", "es"), by=None)
    edit_draft(survey, lambda said: replace(said, mail={}), by=None, what="mail")
    desk = Desk(cast.sign_in(cast.alicia), survey)
    page = desk.client.get(f"{desk.here}?part=mail").text
    assert desk.problems == [] and "each employee sees 2" in page and "each customer" not in page
    assert "This is the mail" not in page and "part=mail&amp;" not in page and "Send me a test" not in page
    desk.client.post(f"{desk.here}publish/")
    page = desk.client.get(desk.here).text
    assert f"/o/andina/collectors/employees/?survey={survey.pk}" in page and "Plan a programme" not in page


def test_the_editor_says_how_the_draft_differs_and_what_its_length_costs(desk: Desk) -> None:
    desk.client.post(f"{desk.here}publish/")
    for kind in ("csat", "ces", "scale"):
        desk.add(kind)
    desk.save("nps", text="Would you recommend us?", low="No", high="Yes")
    page = desk.client.get(desk.here).text
    assert "The score is asked in other words." in page and "Would you recommend us?" in page and "New question" in page
    assert "With question 5, 95 of 100 finish." in page and "With question 6, 90 of 100 finish." in page
    assert 'id="publish" disabled' in page, "the new scale has no words yet"
