"""What lies behind one touchpoint's score: whom to read, what was found when cases were closed, what notes say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboards.queries.comments import Voice, voices
from dashboards.queries.filters import Filters
from dashboards.queries.loop import CauseCount, cause_counts
from dashboards.queries.notes import NoteVoice, notes_of
from dashboards.readers import Reader
from nps_platform.lib.nps import NpsClass
from surveys.models import SurveyKind, Touchpoint

CAUSES, NOTES = 4, 2


@dataclass(frozen=True, slots=True)
class Chosen:
    """`closed`: detractors whose case has a root cause; the causes are shares of them. `comments`: theirs, in all."""

    causes: list[CauseCount]
    closed: int
    voice: Voice | None
    comments: int
    notes: list[NoteVoice]


def chosen(filters: Filters, touchpoint_id: int, reader: Reader) -> Chosen:
    """The touchpoint's detractors in the filters' period, and the latest notes on it, as much as the reader may see."""
    touchpoint = Touchpoint.objects.get(pk=touchpoint_id)
    there = replace(filters, kind=SurveyKind.TRANSACTIONAL, touchpoint=touchpoint)
    said = voices(there, reader, nps_class=NpsClass.DETRACTOR, limit=1) if reader.comments else None
    found, closed = cause_counts(there, threshold=reader.threshold)
    return Chosen(
        found[:CAUSES],
        closed,
        said.voices[0] if said and said.voices else None,
        said.total if said else 0,
        notes_of(touchpoint, reader, limit=NOTES) if reader.comments else [],
    )
