"""Posters: the code leads to the place, the paper says it in the survey's words, and many are made in one go."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_Q

from nps_platform.lib.lettering import lettering
from nps_platform.lib.qr import modules_of
from nps_platform.tenancy.models import Organization, Unit
from surveys.actions import create_collector
from surveys.collecting.posters import MOST_PDF, Size, poster_of, said_by
from surveys.links import collector_url, short_collector_url
from surveys.models import Collector, Survey
from tests.conftest import Cast
from tests.surveys.contents import content, live, question

HERE = "/o/andina/collectors/"


@pytest.fixture
def alicia(cast: Cast, inside: Organization) -> Client:
    return cast.sign_in(cast.alicia)


@pytest.fixture
def till(survey: Survey) -> Collector:
    return create_collector(kind="link", name="Till 3", survey=survey, by=None)


def test_the_code_says_where_the_place_is(alicia: Client, till: Collector) -> None:
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(collector_url(till))
    code.make(fit=True)
    assert modules_of(collector_url(till)) == code.get_matrix()
    drawn = alicia.get(f"{HERE}{till.pk}/poster/qr.svg").content.decode()
    path = re.search(r'fill="#000" d="([^"]+)"', drawn)
    assert path
    # Every box of the drawing is a run of dark modules, each of which is drawn once.
    boxes = re.findall(r"M([\d.]+) ([\d.]+)L([\d.]+) [\d.]+L", path[1])
    one = 100 / (len(code.get_matrix()) + 8)
    assert sum(round((float(right) - float(left)) / one) for left, _top, right in boxes) == sum(
        map(sum, code.get_matrix())
    )
    assert min(float(left) for left, _top, _right in boxes) == pytest.approx(4 * one, abs=0.01)  # the quiet zone


def test_a_tablet_has_a_code_to_be_opened_by_and_no_poster(alicia: Client, till: Collector) -> None:
    tablet = Collector.objects.create(kind=Collector.Kind.KIOSK, name="Tablet", survey=till.survey)
    assert f"{HERE}{tablet.pk}/poster/qr.svg" in alicia.get(f"{HERE}{tablet.pk}/").content.decode()
    assert alicia.get(f"{HERE}{tablet.pk}/poster/qr.svg").content.startswith(b"<svg")
    assert alicia.get(f"{HERE}{tablet.pk}/poster/a4.svg").status_code == 404


def test_it_speaks_the_surveys_words_and_prints_at_its_size(inside: Organization, till: Collector) -> None:
    said = said_by(till, inside, "es")
    assert said.question == "¿Qué probabilidad hay de que recomiende Andina Telecom?"
    assert (said.programme, said.company, said.point) == (
        "Tu Voz",
        "Andina Telecom",
        "Basta apuntar aquí con la cámara del teléfono",
    )
    for size, millimetres in ((Size.A4, ("210.0", "297.0")), (Size.A5, ("148.0", "210.0"))):
        drawn = poster_of(till, inside, "es", size).svg()
        assert f'width="{millimetres[0]}mm" height="{millimetres[1]}mm"' in drawn
        assert inside.brand_colour in drawn and "<text" not in drawn


def test_a_pdf_is_one_page_of_outlines(alicia: Client, till: Collector) -> None:
    for size, points in (("a4", "595.27"), ("tent", "595.27"), ("a5", "419.52")):
        answer = alicia.get(f"{HERE}{till.pk}/poster/{size}.pdf")
        assert answer["Content-Type"] == "application/pdf" and "attachment" in answer["Content-Disposition"]
        file: bytes = answer.content
        assert file.startswith(b"%PDF") and file.count(b"/Type /Page") - file.count(b"/Type /Pages") == 1
        assert points.encode() in file
        stream = re.search(rb"stream\n(.+?)\nendstream", file, re.DOTALL)
        assert stream and zlib.decompress(stream[1]).count(b"\nf\n") >= 6


def test_letters_that_the_font_lacks_stay_text_and_are_no_pdf(alicia: Client, inside: Organization) -> None:
    arabic = live(
        content(question("nps", "nps", texts={"ar": {"text": "ما مدى احتمال أن توصي بنا؟"}}), languages=("ar",))
    )
    place = create_collector(kind="link", name="Till 9", survey=arabic, by=None)
    assert not lettering(650).covers("ما")
    assert "ما مدى" in alicia.get(f"{HERE}{place.pk}/poster/a4.svg").content.decode()
    assert alicia.get(f"{HERE}{place.pk}/poster/a4.pdf").status_code == 404
    page = alicia.get(f"{HERE}{place.pk}/poster/").content.decode()
    assert "a4.pdf" not in page and "print the SVG" in page


def test_long_names_stay_on_the_paper(inside: Organization, till: Collector) -> None:
    inside.programme_name = "Tu Voz en la Cooperativa Agraria " * 2
    letters = lettering(650)
    for size in Size:
        for piece in poster_of(till, inside, "es", size).pieces:
            xs = [x for _kind, points in piece.strokes for x, _y in points]  # type: ignore[union-attr]
            assert min(xs) >= 0 and max(xs) <= 210.01
    assert letters.width("", 10) == 0


def test_the_page_shows_the_poster_in_each_size_and_language(alicia: Client, till: Collector) -> None:
    page = alicia.get(f"{HERE}{till.pk}/poster/", {"size": "tent", "language": "it"}).content.decode()
    assert f"{HERE}{till.pk}/poster/tent.svg?show&amp;language=it" in page
    shown = alicia.get(f"{HERE}{till.pk}/poster/tent.svg", {"show": "", "language": "it"})
    assert "inline" in shown["Content-Disposition"]
    for wrong in ("a9.svg", "a4.png", "a4"):
        assert alicia.get(f"{HERE}{till.pk}/poster/{wrong}").status_code == 404
    assert "/poster/" in alicia.get(f"{HERE}{till.pk}/").content.decode()


def test_the_address_on_the_paper_leads_to_the_page(inside: Organization, till: Collector, survey: Survey) -> None:
    client: Any = Client()
    typed = short_collector_url(till, inside).partition("://")[2].partition("/")[2]
    assert len(typed) < 25
    answer = client.get(f"/{typed}")
    assert (answer.status_code, answer.url) == (302, f"/l/{till.token}")
    assert client.get(f"/{typed.upper().replace('L/', 'l/', 1)}").status_code == 302  # as people type
    number, mark = typed.rsplit("/", 1)[1].split("-")
    other = create_collector(kind="link", name="Till 4", survey=survey, by=None)
    for wrong in (f"l/andina/{other.pk}-{mark}", f"l/otra/{number}-{mark}", f"l/andina/{number}", "l/andina/x-y"):
        assert client.get(f"/{wrong}").status_code == 404


def test_one_link_for_each_store_and_once_however_often(alicia: Client, survey: Survey) -> None:
    peru = Unit.objects.create(name="Perú", code="pe", path="/1/")
    for name in ("Lima", "Cusco"):
        Unit.objects.create(name=name, code=name.lower(), parent=peru, path=f"/1/{name}/")
    told = {"source": "units", "survey": survey.pk, "receipt": "optional"}
    for _again in "ab":
        alicia.post(f"{HERE}many/", told)
        made = Collector.objects.order_by("name").values_list("name", "unit__code", "receipt")
        assert list(made) == [("Cusco", "cusco", "optional"), ("Lima", "lima", "optional")]


def test_a_pasted_list_makes_the_places_it_names(alicia: Client, survey: Survey) -> None:
    Unit.objects.create(name="Lima centro", code="lima")
    told = {"source": "list", "survey": survey.pk, "receipt": "no"}
    wrong = alicia.post(f"{HERE}many/", told | {"lines": "Caja 1, lima\nCaja 2, nowhere"})
    assert wrong.status_code == 422 and "Line 2: there is no unit “nowhere”." in wrong.content.decode()
    assert "Caja 1, lima" in wrong.content.decode() and not Collector.objects.exists()
    assert alicia.post(f"{HERE}many/", told | {"lines": " \n"}).status_code == 422
    alicia.post(f"{HERE}many/", told | {"lines": "Caja 1\tlima\n\nCaja 2; LIMA CENTRO\nPuerta"})
    made = Collector.objects.order_by("name").values_list("name", "unit__code")
    assert list(made) == [("Caja 1", "lima"), ("Caja 2", "lima"), ("Puerta", None)]


def test_all_posters_come_in_one_archive(alicia: Client, survey: Survey) -> None:
    for n in range(3):
        create_collector(kind="link", name=f"Caja Ñ {n}", survey=survey, by=None)
    for kind, starts in (("pdf", b"%PDF"), ("svg", b"<svg")):
        answer = alicia.get(f"{HERE}posters.zip", {"size": "tent", "kind": kind})
        with zipfile.ZipFile(BytesIO(answer.content)) as archive:
            names = archive.namelist()
            assert len(set(names)) == 3 and all(name.endswith(kind) for name in names)
            assert all(archive.read(name).startswith(starts) for name in names)
    assert MOST_PDF >= 3
