"""What one can do in this room. Web, API, tasks and commands call these."""

from surveys.actions.collectors import (
    change_collector,
    close_collector,
    create_collector,
    create_collectors,
    renew_secret,
    reopen_collector,
)
from surveys.actions.events import Fact, take_events
from surveys.actions.incidents import declare_incident, end_incident
from surveys.actions.journey import (
    add_stage,
    add_touchpoint,
    adopt_journey,
    change_stage,
    change_touchpoint,
    delete_stage,
    delete_touchpoint,
)
from surveys.actions.journey_order import NameTaken, Step, place_stage, place_touchpoint, step_stage, step_touchpoint
from surveys.actions.notes import add_note, change_note, delete_note
from surveys.actions.programmes import (
    NoGateway,
    ProgrammeNotReady,
    WrongState,
    change_programme,
    close,
    create_programme,
    delete_programme,
    duplicate_programme,
    launch,
    pause,
    resume,
)
from surveys.actions.reserving import let_go, reserve
from surveys.actions.surveys import (
    SurveyNotReady,
    archive_survey,
    create_survey,
    discard_draft,
    duplicate_survey,
    edit_draft,
    publish_survey,
    restore_survey,
    send_test,
    update_survey,
)
from surveys.actions.unsubscribe import unsubscribe
from surveys.planning.checking import BadPlan
from surveys.planning.simulating import simulate

__all__ = [
    "BadPlan",
    "Fact",
    "NameTaken",
    "NoGateway",
    "ProgrammeNotReady",
    "Step",
    "SurveyNotReady",
    "WrongState",
    "add_note",
    "add_stage",
    "add_touchpoint",
    "adopt_journey",
    "archive_survey",
    "change_collector",
    "change_note",
    "change_programme",
    "change_stage",
    "change_touchpoint",
    "close",
    "close_collector",
    "create_collector",
    "create_collectors",
    "create_programme",
    "create_survey",
    "declare_incident",
    "delete_note",
    "delete_programme",
    "delete_stage",
    "delete_touchpoint",
    "discard_draft",
    "duplicate_programme",
    "duplicate_survey",
    "edit_draft",
    "end_incident",
    "launch",
    "let_go",
    "pause",
    "place_stage",
    "place_touchpoint",
    "publish_survey",
    "renew_secret",
    "reopen_collector",
    "reserve",
    "restore_survey",
    "resume",
    "send_test",
    "simulate",
    "step_stage",
    "step_touchpoint",
    "take_events",
    "unsubscribe",
    "update_survey",
]
