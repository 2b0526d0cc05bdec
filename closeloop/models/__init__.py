"""What we do with an answer: rules, cases, and everything that happens to them."""

from closeloop.models.alerts import Alert, ChatRoom, QuietHours, RuleEndpoint, RuleRoom
from closeloop.models.bulk import BulkItem, BulkWork
from closeloop.models.case import Case, Outcome, RootCause
from closeloop.models.escalations import Escalation, EscalationStep, Promise
from closeloop.models.files import CaseFile
from closeloop.models.kinds import CLASSES, Priority
from closeloop.models.loop import LoopSettings
from closeloop.models.policies import CasePolicy
from closeloop.models.promises import Pledge
from closeloop.models.remedies import Grant, Remedy, RemedyLimit
from closeloop.models.requests import DataRequest
from closeloop.models.rules import AlertRule
from closeloop.models.tags import CaseTag, Tag
from closeloop.models.talking import CannedReply, Forward
from closeloop.models.timeline import CaseEvent
from closeloop.models.views import SavedView
from closeloop.models.words import CaseWord
from closeloop.models.worth import ChurnRate
from closeloop.models.writing import Draft

__all__ = [
    "CLASSES",
    "Alert",
    "AlertRule",
    "BulkItem",
    "BulkWork",
    "CannedReply",
    "Case",
    "CaseEvent",
    "CaseFile",
    "CasePolicy",
    "CaseTag",
    "CaseWord",
    "ChatRoom",
    "ChurnRate",
    "DataRequest",
    "Draft",
    "Escalation",
    "EscalationStep",
    "Forward",
    "Grant",
    "LoopSettings",
    "Outcome",
    "Pledge",
    "Priority",
    "Promise",
    "QuietHours",
    "Remedy",
    "RemedyLimit",
    "RootCause",
    "RuleEndpoint",
    "RuleRoom",
    "SavedView",
    "Tag",
]
