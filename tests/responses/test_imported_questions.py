"""A file of answers brings what was said to the survey's further questions, as it names and writes them."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nps_platform.customers import engine
from nps_platform.customers.models import Customer, ImportJob
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from responses.brought import value_in
from responses.models import Answer, Response
from surveys.authoring.content import Option
from surveys.models import Survey
from tests.conftest import Cast
from tests.responses.test_imported_answers import check, counts, refusals, run, upload
from tests.surveys.contents import content, live, question

REASONS = (
    Option("price", {"en": "The price", "es": "El precio"}),
    Option("bill", {"en": "The bill, as printed", "es": "La factura, tal como llega"}),
)
WAYS = (
    Option("web", {"en": "Website", "es": "Sitio web"}),
    Option("shop", {"en": "Shop, or a branch", "es": "Tienda o sucursal"}),
    Option("phone", {"en": "Telephone", "es": "Teléfono"}),
)
BOTH = {"en": {"text": "Which ways did you try?"}, "es": {"text": "¿Qué vías probaste?"}}


@pytest.fixture
def asked(inside: Organization) -> Survey:
    """With questions of every kind that a file could bring, in two languages."""
    questions = (
        question("words", "text", "Tell us why"),
        question("why", "choice", "What weighed most?", options=REASONS),
        question("ways", "multiple", texts=BOTH, options=WAYS),
        question("ease", "ces", "How easy was it?"),
        question("more", "text", "Anything else?", after=("why", "bill")),
        question("contact", "contact", "You may contact me"),
    )
    return live(content(*questions, languages=("en", "es")))


def said() -> dict[str, Any]:
    return {answer.key: answer.value for answer in Answer.objects.order_by("key")}


FILE = (
    "customer;score;date;Tell us why;What weighed most?;¿QUE VIAS PROBASTE?;ease;Anything else?;You may contact me\n"
    "C-1;9;2024-01-05;All fine;El precio;Shop, or a branch, web;6/7;Ñandú;yes\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig", "utf-16"])
def test_columns_are_known_by_the_surveys_own_words(
    cast: Cast, asked: Survey, mercedes: Customer, tmp_path: Path, encoding: str
) -> None:
    file, out = tmp_path / "a.csv", StringIO()
    file.write_bytes(FILE.encode(encoding))
    call_command("import_responses", "andina", str(file), stdout=out)
    assert "imported: created 1" in out.getvalue()
    with entered(cast.organization):
        response = Response.objects.get()
        assert (response.comment, response.wants_contact) == ("All fine", True)
        assert said() == {"why": "price", "ways": ["web", "shop"], "ease": 6, "more": "Ñandú"}


def mapped(asked: Survey, text: str, *, make: bool = False, **targets: str) -> ImportJob:
    """`text` with a column of each name for a question; the others as they are guessed."""
    job = upload(text)
    places = {heading: str(index) for index, heading in enumerate(job.header)}
    job.mapping |= {places[heading]: f"answer:{key}" for heading, key in targets.items()}
    return check(job, asked, make=make)


def test_each_wrong_cell_says_why_at_its_column(asked: Survey, mercedes: Customer) -> None:
    rows = ["C-1,9,2024-01-05,weather,8", "C-1,9,2024-01-06,bill,easy", "C-1,11,2024-01-07,The price,"]
    job = mapped(asked, "customer,score,date,why,ease\n" + "\n".join(rows) + "\n", why="why", ease="ease")
    problems = job.row_errors.order_by("row_number", "pk").values_list("row_number", "field", "code", "value")
    assert list(problems) == [
        (2, "answer:why", "not_a_choice_of", "The price, The bill, as printed"),
        (2, "answer:ease", "not_a_number_of", "1–7"),
        (3, "answer:ease", "not_a_number_of", "1–7"),
        (4, "score", "score_malformed", "11"),
    ]
    assert counts(job.foreseen) == (0, 0, 3)


def test_a_file_that_comes_again_with_more_columns_adds_them_and_changes_nothing_else(
    asked: Survey, mercedes: Customer
) -> None:
    run(mapped(asked, "customer,score,date,why\nC-1,9,2024-01-05,price\n", why="why"))
    assert said() == {"why": "price"}
    whole = "customer,score,date,why,ease\nC-1,9,2024-01-05,price,7\n"
    added = run(mapped(asked, whole, why="why", ease="ease"))
    assert (added.counts["updated"], added.counts["unchanged"], said()) == (1, 0, {"why": "price", "ease": 7})
    again = run(mapped(asked, whole, why="why", ease="ease"))
    assert (again.counts["updated"], again.counts["unchanged"]) == (0, 1)
    other = mapped(asked, whole.replace("price", "bill"), why="why", ease="ease")
    assert refusals(other) == {2: "told_otherwise"} and Response.objects.count() == 1


def test_the_page_matches_columns_once_the_survey_is_chosen(
    cast: Cast, asked: Survey, mercedes: Customer, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    live(content(question("other", "csat", "How was the other one?")), name="Another")
    client: Client = cast.sign_in(cast.alicia)
    job = upload("customer,score,date,What weighed most?,Notes\nC-1,9,2024-01-05,The weather,x\n")
    where = f"/o/andina/customers/imports/{job.pk}/"
    first = client.get(where)
    assert "Further questions of the survey" not in first.text
    form = first.context["form"]
    typed = {name: str(form[name].value() or "") for name in form.fields} | {"drawn_for": form.drawn_for}
    assert typed["column_3"] == ""

    look = client.post(where, typed | {"survey": str(asked.pk), "look": "1"}, headers={"HX-Request": "true"})
    assert look["HX-Reswap"] == "outerHTML" and "Columns were matched" in look.text
    assert look.context["form"]["column_3"].value() == "answer:why"
    assert "Not one of the choices: The price" in look.text, "the sample says so before it runs"

    chosen = typed | {"survey": str(asked.pk)}
    unseen = client.post(where, chosen | {"check": "1"})
    assert unseen.status_code == 200 and "Columns were matched" in unseen.text, "seen before it runs"
    now = unseen.context["form"]
    chosen |= {"drawn_for": now.drawn_for, "column_3": "answer:why"}
    assert client.post(where, chosen | {"column_3": "answer:other", "check": "1"}).status_code == 200
    assert client.post(where, chosen | {"check": "1"}).status_code == 302
    engine.work_on(job.pk)
    page = client.get(where).text
    assert "What weighed most?" in page and "The weather" in page and "Not one of the choices" in page


@pytest.mark.parametrize("language", ["en", "es", "it", "pt"])
def test_the_example_reads_back_as_it_is(
    cast: Cast, asked: Survey, language: str, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    cast.alicia.user.language = language
    cast.alicia.user.save()
    client = cast.sign_in(cast.alicia)
    assert "example.csv" in client.get("/o/andina/customers/imports/new/responses/").text
    example = client.get(f"/o/andina/customers/imports/new/responses/example.csv?survey={asked.pk}")
    assert example["Content-Type"].startswith("text/csv") and example.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(StringIO(example.content.decode("utf-8-sig")))
    assert len(rows) == 2 and all(len(row) == len(head) for row in rows)
    path = tmp_path / "example.csv"
    path.write_bytes(example.content)
    call_command("import_responses", "andina", str(path), "--make-customers", stdout=StringIO())
    with entered(cast.organization):
        assert Response.objects.count() == 2 and Answer.objects.count() == 8
    assert client.get("/o/andina/customers/imports/new/responses/example.csv?survey=0").status_code == 302


@given(
    st.lists(st.sampled_from(range(3)), unique=True, min_size=1),
    st.sampled_from([" | ", "; ", ",", ", ", "\n"]),
    st.data(),
)
@hypothesis_settings(max_examples=200)
def test_several_choices_read_however_they_are_parted(places: list[int], parted: str, data: st.DataObject) -> None:
    chosen = [WAYS[place] for place in places]
    names = [data.draw(st.sampled_from([one.key, *one.texts.values()])) for one in chosen]
    cell = parted.join(name.upper() if data.draw(st.booleans()) else name for name in names)
    assert value_in(question("ways", "multiple", texts=BOTH, options=WAYS), cell) == [one.key for one in chosen]
