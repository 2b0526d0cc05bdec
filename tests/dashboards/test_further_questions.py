"""How further questions were answered: choices counted, scales with their mean, words, by class, for who may see them."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.forms import FilterForm
from dashboards.queries.questions import questions
from nps_platform.lib.csat import mean_of
from nps_platform.tenancy.roles import Role
from responses.models import Answer, Response
from surveys.authoring.content import Option
from tests.surveys.contents import content, live, question, republished

WAYS = (Option("web", {"en": "Website"}), Option("shop", {"en": "Shop"}), Option("fax", {"en": "Fax"}))
QUESTIONS = (
    question("words", "text"),
    question("ways", "multiple", "Which ways?", options=WAYS),
    question("glad", "csat", "How glad?"),
    question("warm", "scale", "How warm?", low=0, high=4),
    question("more", "text", "What else?"),
)


@pytest.fixture
def survey(inside):
    return live(content(*QUESTIONS))


@pytest.fixture
def say(world, survey):
    """One more answer to the survey, with what it says to the further questions."""

    def answer(score, *, words="", **told):
        said = world.answer(world.customer(name="Mercedes Aliaga"), score, timezone.now() - timedelta(days=1))
        Response.objects.filter(pk=said.pk).update(survey=survey, version=survey.published)
        kinds = {q.key: q.kind for q in QUESTIONS}
        for key, value in told.items():
            column = {"multiple": "choices", "text": "text"}.get(kinds[key], "number")
            Answer.objects.create(response=said, key=key, kind=kinds[key], **{column: value})
        return said

    return answer


@pytest.fixture
def said(say):
    say(9, ways=["web", "shop"], glad=5, warm=0)
    say(10, ways=["web"], glad=4, more="Keep on, says Mercedes")
    say(2, ways=["shop"], glad=1, warm=4)
    say(7)


def results(cast, member=None, **query):
    return cast.sign_in(member or cast.alicia).get(f"/o/{cast.organization.slug}/dashboards/", query)


def found(page):
    """By question: how many answered, and the counts of what could be said."""
    [(_survey, _n, asked)] = page.context["questions"]
    return {one.summary.key: (one.summary.n, {p.key: p.n for p in one.summary.parts}) for one in asked}


def test_each_question_says_how_it_was_answered(cast, said):
    page = results(cast)
    assert found(page) == {
        "ways": (3, {"web": 2, "shop": 2, "fax": 0}),
        "glad": (3, {"1": 1, "2": 0, "3": 0, "4": 1, "5": 1}),
        "warm": (2, {"0": 1, "1": 0, "2": 0, "3": 0, "4": 1}),
        "more": (1, {}),
    }
    for words in ("Which ways?", "Website", "several could be chosen", "3,33", "on average, from 1 to 5", "4 or more"):
        assert words in page.text, words
    assert "Keep on, says Mercedes" in page.text and "few answers" in page.text


def test_they_are_narrowed_by_class_and_by_the_pages_filters(cast, world, said):
    page = results(cast, nps_class="promoter")
    assert found(page)["ways"] == (2, {"web": 2, "shop": 1, "fax": 0}) and "warm" in found(page)
    assert page.context["standing"].score.n == 4, "the score is of everybody"
    assert found(results(cast, nps_class="detractor"))["glad"][0] == 1
    nobody = results(cast, nps_class="passive")
    assert not nobody.context["questions"] and "Nobody of this class answered them" in nobody.text
    assert not results(cast, period="2020").context.get("questions")


def test_words_lead_to_all_of_them(cast, said):
    page = results(cast)
    [(_survey, _n, asked)] = page.context["questions"]
    url = next(one.url for one in asked if one.summary.key == "more")
    comments = cast.sign_in(cast.alicia).get(url)
    assert comments.context["comments"].total == 1 and "Keep on" in comments.text
    assert "Those who answered: <b>What else?</b>" in comments.text and "Show all comments" in comments.text


def test_every_version_counts_in_the_newest_words(cast, survey, say, said):
    fewer = (Option("shop", {"en": "Our shop"}), Option("web", {"en": "Our site"}))
    republished(survey, content(question("ways", "multiple", "By which way?", options=fewer)))
    say(9, ways=["fax"])
    page = results(cast)
    assert found(page)["ways"] == (4, {"shop": 2, "web": 2, "fax": 1}) and found(page)["glad"][0] == 3
    assert "By which way?" in page.text and "Our shop" in page.text and "How glad?" in page.text


def test_the_same_as_files(cast, said):
    client, slug = cast.sign_in(cast.alicia), cast.organization.slug

    def rows(path):
        return list(csv.DictReader(StringIO(client.get(f"/o/{slug}/{path}").getvalue().decode("utf-8-sig"))))

    counted = {(row["question"], row["answer"]): row for row in rows("dashboards/questions.csv")}
    assert (counted["ways", "Website"]["answers"], counted["ways", "Website"]["of"]) == ("2", "3")
    assert counted["glad", "mean"]["value"] == "3.333" and counted["more", ""]["answers"] == "1"
    whole = rows("comments/answers.csv")
    assert len(whole) == 4 and sorted(row["ways"] for row in whole) == ["", "Shop", "Website", "Website, Shop"]
    assert len(rows("comments/answers.csv?nps_class=detractor")) == 1


def test_few_are_hidden_from_who_may_not_see_people(cast, say):
    for _n in range(6):
        say(9, glad=5, more="I am Mercedes Aliaga")
    for _n in range(3):
        say(2, glad=1)
    executive = cast.member(Role.EXECUTIVE)
    page = results(cast, executive)
    assert found(page)["glad"][0] == 9 and "Mercedes" not in page.text
    assert "Too few answered" in results(cast, executive, nps_class="detractor").text
    assert "Too few answered" in results(cast, executive, nps_class="promoter").text, "the rest would give them away"
    assert found(results(cast, nps_class="detractor"))["glad"] == (3, {"1": 3, "2": 0, "3": 0, "4": 0, "5": 0})
    path = f"/o/{cast.organization.slug}/dashboards/questions.csv?nps_class=detractor"
    hidden = cast.sign_in(executive).get(path).getvalue().decode()
    assert "glad" in hidden and ",3," not in hidden


# Each example begins with none of the answers before.
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10),
            st.lists(st.sampled_from(["web", "shop", "fax"]), unique=True),
            st.integers(1, 5) | st.none(),
        ),
        max_size=12,
    )
)
def test_the_parts_are_the_rows(world, survey, rows):
    Response.objects.all().delete()
    at = timezone.now() - timedelta(days=1)
    for score, ways, glad in rows:
        said = world.answer(None, score, at)
        Response.objects.filter(pk=said.pk).update(survey=survey)
        if ways:
            Answer.objects.create(response=said, key="ways", kind="multiple", choices=ways)
        if glad:
            Answer.objects.create(response=said, key="glad", kind="csat", number=glad)
    filters = FilterForm({}).filters()
    for nps_class, scores in (("", range(11)), ("promoter", (9, 10)), ("passive", (7, 8)), ("detractor", range(7))):
        mine = [row for row in rows if row[0] in scores]
        summaries = {one.key: one for survey_ in questions(filters, nps_class=nps_class) for one in survey_.questions}
        for key, values in (("ways", [w for _s, w, _g in mine if w]), ("glad", [[str(g)] for _s, _w, g in mine if g])):
            assert (key in summaries) == bool(values)
            if values:
                counted = {part.key: part.n for part in summaries[key].parts}
                assert summaries[key].n == len(values)
                assert all(counted[one] == sum(one in value for value in values) for one in counted)
                assert sum(counted.values()) == sum(map(len, values))
                assert all(part.low - 1e-9 <= part.share <= part.high + 1e-9 for part in summaries[key].parts)


def test_a_mean_has_its_interval():
    """The example of METHOD §1: 2, 3, 5, 10, 20, 35, 25 answers for 1 … 7."""
    counts = dict(enumerate((2, 3, 5, 10, 20, 35, 25), start=1))
    mean = mean_of(counts, 1, 7)
    assert mean.value == pytest.approx(5.48) and (mean.low, mean.high) == (
        pytest.approx(5.2008, abs=1e-4),
        pytest.approx(5.7592, abs=1e-4),
    )
    assert mean_of({3: 1}, 1, 7).low is None, "one answer has no spread"
    assert (mean_of({7: 2, 6: 1}, 1, 7).high or 0) <= 7
