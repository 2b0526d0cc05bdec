"""What we do with an answer: rules, cases, and everything that happens to them."""

from closeloop.models.case import Case, Outcome, RootCause
from closeloop.models.kinds import CLASSES, Priority
from closeloop.models.loop import LoopSettings
from closeloop.models.requests import DataRequest
from closeloop.models.rules import Alert, AlertRule
from closeloop.models.talking import CannedReply, Forward
from closeloop.models.timeline import CaseEvent
from closeloop.models.writing import Draft

__all__ = [
    "CLASSES",
    "Alert",
    "AlertRule",
    "CannedReply",
    "Case",
    "CaseEvent",
    "DataRequest",
    "Draft",
    "Forward",
    "LoopSettings",
    "Outcome",
    "Priority",
    "RootCause",
]
