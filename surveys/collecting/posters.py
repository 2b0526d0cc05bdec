"""The poster of a collection point: one description of what stands where, drawn as SVG and, of that, as PDF.

Lengths are millimetres; texts are outlines, so that any printer prints what the page showed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from html import escape
from io import BytesIO

from django.utils.text import slugify
from django.utils.translation import gettext as _

from nps_platform.lib import colour, qr
from nps_platform.lib.lettering import lettering
from nps_platform.lib.outlines import Stroke, box, fill_in, moved, path_data
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.public_door import DEFAULT_BRAND, speaking
from surveys.authoring.content import content_for
from surveys.links import collector_url, short_collector_url
from surveys.models import Collector

BOLD, PLAIN = 650, 420
INK, SOFT, FOLD = colour.INK, "#645f57", "#b5aea3"
# What is drawn while somebody waits for the file.
MOST_SVG, MOST_PDF = 500, 60
# How far a line may shrink before it is cut.
_SMALLEST = 0.28
# A PDF counts in points of 1/72 inch.
POINTS = 72 / 25.4


class Size(Enum):
    """What can be printed: width and height in mm, and by how much the drawing is shrunk."""

    A4 = ("a4", 210.0, 297.0, 1.0)
    A5 = ("a5", 148.0, 210.0, 148 / 210)
    TENT = ("tent", 210.0, 297.0, 1.0)

    def __init__(self, code: str, width: float, height: float, scale: float) -> None:
        self.code, self.width, self.height, self.scale = code, width, height, scale


SIZES = {size.code: size for size in Size}


@dataclass(frozen=True)
class Shape:
    """Outlines in one colour."""

    strokes: list[Stroke]
    fill: str

    def moved(self, x: float, y: float, *, turned: bool = False) -> Shape:
        return Shape(moved(self.strokes, x, y, turned=turned), self.fill)

    def svg(self) -> str:
        return f'<path fill="{self.fill}" d="{path_data(self.strokes)}"/>'


@dataclass(frozen=True)
class Words:
    """A line in letters that our font has no outlines for: whoever opens the drawing needs a font that has."""

    text: str
    x: float
    y: float
    size: float
    weight: int
    fill: str
    turned: bool = False

    def moved(self, x: float, y: float, *, turned: bool = False) -> Words:
        sign = -1 if turned else 1
        return replace(self, x=sign * self.x + x, y=sign * self.y + y, turned=turned)

    def svg(self) -> str:
        turn = f' transform="rotate(180 {self.x:.2f} {self.y:.2f})"' if self.turned else ""
        return (
            f'<text x="{self.x:.2f}" y="{self.y:.2f}" font-size="{self.size:.2f}" font-weight="{self.weight}" '
            f'font-family="Inter,Noto Sans,Arial,sans-serif" fill="{self.fill}" text-anchor="middle"{turn}>'
            f"{escape(self.text)}</text>"
        )


Piece = Shape | Words


@dataclass(frozen=True)
class Poster:
    size: Size
    pieces: tuple[Piece, ...]

    @property
    def is_all_outlines(self) -> bool:
        """Whether it can be printed without any font, and so be a PDF."""
        return all(isinstance(piece, Shape) for piece in self.pieces)

    def svg(self) -> str:
        """A document of the size it is printed at."""
        size = self.size
        view = f"0 0 {size.width / size.scale:.2f} {size.height / size.scale:.2f}"
        drawn = "\n".join(piece.svg() for piece in self.pieces)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size.width}mm" height="{size.height}mm" viewBox="{view}">\n'
            f'<rect width="100%" height="100%" fill="#fff"/>\n{drawn}\n</svg>\n'
        )

    def pdf(self) -> bytes:
        """One page. ValueError where a line has no outlines."""
        import pydyf  # noqa: PLC0415 - rarely needed

        document, page, scale = pydyf.PDF(), pydyf.Stream(compress=True), self.size.scale * POINTS
        page.set_matrix(scale, 0, 0, -scale, 0, self.size.height * POINTS)
        for piece in self.pieces:
            if not isinstance(piece, Shape):
                raise ValueError("letters without outlines")
            page.set_color_rgb(*(channel / 255 for channel in _channels(piece.fill)))
            fill_in(page, piece.strokes)
        document.add_object(page)
        sheet = pydyf.Array([0, 0, self.size.width * POINTS, self.size.height * POINTS])
        document.add_page(
            pydyf.Dictionary(
                {"Type": "/Page", "Parent": document.pages.reference, "MediaBox": sheet, "Contents": page.reference}
            )
        )
        written = BytesIO()
        document.write(written)
        return written.getvalue()


def _channels(text: str) -> tuple[int, int, int]:
    one = colour.parse(text)
    return one.red, one.green, one.blue


@dataclass(frozen=True)
class Said:
    """What a poster says."""

    programme: str
    company: str
    question: str
    point: str
    promise: str
    by_hand: str
    place: str
    link: str


def said_by(collector: Collector, organization: Organization, language: str) -> Said:
    """In one of the survey's languages."""
    content = content_for(collector.survey)
    with speaking(organization, language):
        short = short_collector_url(collector, organization).partition("://")[2]
        promise = _("It takes 20 seconds. No app, no registration.")
        # Translators: on a poster, above the address to type
        by_hand = _("or open %(address)s") % {"address": short}
        question = content.nps.text(language) or _(
            "How likely are you to recommend %(subject)s to a friend or family member?"
        ) % {"subject": content.subject or organization.name}
        point = _("Point your phone’s camera here")
    return Said(
        organization.programme,
        organization.name if organization.name != organization.programme else "",
        question,
        point,
        promise,
        by_hand,
        collector.name,
        collector_url(collector),
    )


def poster_of(collector: Collector, organization: Organization, language: str, size: Size) -> Poster:
    """Ready to print, in the company's colour."""
    said = said_by(collector, organization, language)
    try:
        colour.parse(organization.brand_colour)
        brand = organization.brand_colour
    except colour.ColourError:
        brand = DEFAULT_BRAND
    return Poster(size, tuple(_tent(said, brand) if size is Size.TENT else _sheet(said, brand)))


def code_of(collector: Collector) -> str:
    """The QR alone as SVG, for layouts of one's own."""
    path = path_data(qr.outline(collector_url(collector), 0, 0, 100))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 100 100">\n'
        f'<rect width="100" height="100" fill="#fff"/>\n<path fill="#000" d="{path}"/>\n</svg>\n'
    )


# --- what stands where -----------------------------------------------------------------------------------------------
def _sheet(said: Said, brand: str) -> Iterable[Piece]:
    """A sheet to hang up, 210 × 297."""
    yield _box(0, 0, 210, 46, brand)
    on_brand = colour.text_on(brand)
    yield from _lines(said.programme, (18, 174), 29 if not said.company else 25, 13, BOLD, on_brand, most=1)
    if said.company:
        yield from _lines(said.company, (18, 174), 36.5, 7, PLAIN, on_brand, most=1)
    yield from _lines(said.question, (18, 174), 74, 12, BOLD, INK, most=4, room=52)
    yield Shape(qr.outline(said.link, 47, 119, 116), "#000000")
    yield from _lines(said.point, (18, 174), 242, 9, BOLD, INK, most=1)
    yield from _lines(said.promise, (18, 174), 253, 6.2, PLAIN, SOFT, most=1)
    yield from _lines(said.by_hand, (12, 186), 268, 5.6, PLAIN, INK, most=1)
    yield from _lines(said.place, (18, 174), 286, 3.8, PLAIN, SOFT, most=1)


def _tent(said: Said, brand: str) -> Iterable[Piece]:
    """Two faces of a card that is folded in the middle: the upper one stands on its head."""
    face = list(_face(said, brand))
    yield from (piece.moved(0, 148.5) for piece in face)
    yield from (piece.moved(210, 148.5, turned=True) for piece in face)
    for left in range(4, 206, 8):
        yield _box(left, 148.35, 4, 0.3, FOLD)


def _face(said: Said, brand: str) -> Iterable[Piece]:
    """One face, 210 × 148.5: words on the left, the code on the right."""
    yield _box(0, 0, 210, 24, brand)
    yield from _lines(said.programme, (12, 186), 15.5, 9, BOLD, colour.text_on(brand), most=1)
    yield from _lines(said.question, (12, 92), 48, 8.6, BOLD, INK, most=6, room=58)
    yield from _lines(said.point, (12, 92), 112, 5.6, BOLD, INK, most=2, room=12)
    yield from _lines(said.promise, (12, 92), 126, 4.2, PLAIN, SOFT, most=2, room=9)
    yield Shape(qr.outline(said.link, 108, 28, 94), "#000000")
    yield from _lines(said.by_hand, (104, 102), 129, 4.2, PLAIN, INK, most=2, room=10)
    yield from _lines(said.place, (12, 186), 144, 3, PLAIN, SOFT, most=1)


def _box(x: float, y: float, width: float, height: float, fill: str) -> Shape:
    return Shape(box(x, y, width, height), fill)


def _lines(
    text: str,
    at: tuple[float, float],
    y: float,
    size: float,
    weight: int,
    fill: str,
    *,
    most: int,
    room: float = 0,
) -> Iterable[Piece]:
    """`text` centred in `at` (left, width), the first baseline at `y`, shrunk until it fits into `most` lines; with `room`, the
    lines stand in the middle of so much height.
    """
    letters, (left, width) = lettering(weight), at
    smallest = size * _SMALLEST
    lines = letters.wrapped(text, size, width)
    while size > smallest and (len(lines) > most or any(letters.width(line, size) > width for line in lines)):
        size *= 0.96
        lines = letters.wrapped(text, size, width)
    narrower = width
    while len(letters.wrapped(text, size, narrower * 0.97)) == len(lines):  # no last line of one short word
        narrower *= 0.97
        if narrower < width / 3:
            break
    lines = letters.wrapped(text, size, narrower)[:most]
    leading = size * 1.22
    if room:
        y += max(0.0, (room - leading * len(lines)) / 2) - size * 0.2
    for number, line in enumerate(lines):
        x, baseline = left + (width - letters.width(line, size)) / 2, y + number * leading
        if letters.covers(line):
            yield Shape(letters.outline(line, x, baseline, size), fill)
        else:
            yield Words(line, left + width / 2, baseline, size, weight, fill)


def named_posters(
    collectors: Iterable[Collector], organization: Organization, size: Size, kind: str
) -> Iterator[tuple[str, bytes]]:
    """One file a place, by a name that folders sort; `kind` svg or pdf. Who has no outlines for a PDF gets the SVG."""
    for collector in collectors:
        poster = poster_of(collector, organization, collector.language or collector.survey.languages[0], size)
        is_pdf = kind == "pdf" and poster.is_all_outlines
        name = f"{slugify(collector.name)[:60] or 'poster'}-{collector.pk}.{'pdf' if is_pdf else 'svg'}"
        yield name, poster.pdf() if is_pdf else poster.svg().encode()
