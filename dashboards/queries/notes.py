"""Notes from interviews, focus groups and observation, beside the comments and outside every score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from dashboards.queries.comments import PAGE
from dashboards.queries.filters import Filters
from dashboards.readers import Reader
from dashboards.redaction import redact
from surveys.models import QualitativeNote, Touchpoint


@dataclass(frozen=True, slots=True)
class NoteVoice:
    """One note as a reader may see it: `who` is empty and texts are redacted without personal data."""

    id: int
    kind: str
    on: date
    people: int
    who: str
    where: str
    text: str
    quotes: list[str]


@dataclass(frozen=True, slots=True)
class NotePage:
    """A page of notes, newest first."""

    notes: list[NoteVoice]
    total: int
    next_cursor: str = ""


def notes_in(filters: Filters, reader: Reader, *, words: str = "") -> QuerySet[QualitativeNote]:
    """The notes of the filters' period and place, newest first.

    A note belongs to no survey, unit or segment: where one of these is asked for there are none. `words` looks in text,
    quotes and names, for readers who may see them.
    """
    notes = QualitativeNote.objects.select_related("stage", "touchpoint")
    if filters.survey or filters.unit or filters.segment:
        return notes.none()
    notes = notes.filter(held_on__gte=filters.period.first, held_on__lte=filters.period.last)
    if filters.stage:
        notes = notes.filter(Q(stage=filters.stage) | Q(touchpoint__stage=filters.stage))
    if filters.touchpoint:
        notes = notes.filter(touchpoint=filters.touchpoint)
    if words and reader.personal:
        notes = notes.saying(words)
    return notes.order_by("-held_on", "-id")


def note_page(filters: Filters, reader: Reader, *, words: str = "", cursor: str = "", limit: int = PAGE) -> NotePage:
    """The notes of the filters' period and place, a page at a time."""
    notes = notes_in(filters, reader, words=words)
    page = list(_after(notes, cursor)[: limit + 1])
    following = f"{page[limit - 1].held_on.isoformat()}|{page[limit - 1].pk}" if len(page) > limit else ""
    return NotePage([note_voice(note, reader) for note in page[:limit]], notes.count(), following)


def _after(notes: QuerySet[QualitativeNote], cursor: str) -> QuerySet[QualitativeNote]:
    """Those older than the cursor's; a cursor that can't be read shows the first page."""
    try:
        day, pk = cursor.split("|")
        held_on, number = date.fromisoformat(day), int(pk)
    except ValueError:
        return notes
    return notes.filter(Q(held_on__lt=held_on) | Q(held_on=held_on, pk__lt=number))


def notes_of(touchpoint: Touchpoint, reader: Reader, *, limit: int) -> list[NoteVoice]:
    """The newest notes on one touchpoint, of all times: what was learnt in depth does not age with a period."""
    notes = touchpoint.notes.select_related("stage", "touchpoint").order_by("-held_on", "-id")
    return [note_voice(note, reader) for note in notes[:limit]]


def note_voice(note: QualitativeNote, reader: Reader) -> NoteVoice:
    """As much of a note as the reader may see."""
    quotes = [line.strip() for line in note.quotes.splitlines() if line.strip()]
    place = note.touchpoint or note.stage
    if reader.personal:
        who, text = note.who, note.text
    else:
        who, text = "", redact(note.text, [note.who])
        quotes = [redact(quote, [note.who]) for quote in quotes]
    return NoteVoice(
        note.pk,
        str(note.get_kind_display()),
        note.held_on,
        note.people,
        who,
        place.name if place else "",
        text,
        quotes,
    )
