"""What we do with an answer: rules, cases, and everything that happens to them."""

from closeloop.models.alerts import Alert, ChatRoom, QuietHours, RuleEndpoint, RuleRoom
from closeloop.models.case import Case, Outcome, RootCause
from closeloop.models.escalations import Escalation, EscalationStep, Promise
from closeloop.models.files import CaseFile
from closeloop.models.kinds import CLASSES, Priority
from closeloop.models.loop import LoopSettings
from closeloop.models.policies import CasePolicy
from closeloop.models.requests import DataRequest
from closeloop.models.rules import AlertRule
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
    "CaseFile",
    "CasePolicy",
    "ChatRoom",
    "DataRequest",
    "Draft",
    "Escalation",
    "EscalationStep",
    "Forward",
    "LoopSettings",
    "Outcome",
    "Priority",
    "Promise",
    "QuietHours",
    "RootCause",
    "RuleEndpoint",
    "RuleRoom",
]
