"""What we ask: the journey, the surveys that listen along it, and whom each programme invites."""

from surveys.models.call import CallAttempt, CallTask
from surveys.models.collector import FEWEST, Collector
from surveys.models.event import Event, Incident
from surveys.models.invitation import HELD, Invitation, SkipReason
from surveys.models.journey import QualitativeNote, Stage, Touchpoint
from surveys.models.programme import Programme
from surveys.models.survey import Survey, SurveyKind, SurveyVersion
from surveys.models.wave import Reservation, Wave, WaveWindow

__all__ = [
    "FEWEST",
    "HELD",
    "CallAttempt",
    "CallTask",
    "Collector",
    "Event",
    "Incident",
    "Invitation",
    "Programme",
    "QualitativeNote",
    "Reservation",
    "SkipReason",
    "Stage",
    "Survey",
    "SurveyKind",
    "SurveyVersion",
    "Touchpoint",
    "Wave",
    "WaveWindow",
]
