"""What one can do in this room. Web, API, tasks and commands call these."""

from surveys.actions.journey import (
    InUse,
    add_stage,
    add_touchpoint,
    change_stage,
    change_touchpoint,
    delete_stage,
    delete_touchpoint,
    move_stage,
    move_touchpoint,
)
from surveys.actions.programmes import (
    ProgrammeNotReady,
    WrongState,
    change_programme,
    close,
    create_programme,
    delete_programme,
    launch,
    pause,
    resume,
)
from surveys.actions.surveys import (
    SurveyIsFixed,
    SurveyNotReady,
    archive_survey,
    create_survey,
    duplicate_survey,
    publish_survey,
    send_test,
    update_survey,
)
from surveys.actions.unsubscribe import unsubscribe
from surveys.planning import simulate

__all__ = [
    "InUse",
    "ProgrammeNotReady",
    "SurveyIsFixed",
    "SurveyNotReady",
    "WrongState",
    "add_stage",
    "add_touchpoint",
    "archive_survey",
    "change_programme",
    "change_stage",
    "change_touchpoint",
    "close",
    "create_programme",
    "create_survey",
    "delete_programme",
    "delete_stage",
    "delete_touchpoint",
    "duplicate_survey",
    "launch",
    "move_stage",
    "move_touchpoint",
    "pause",
    "publish_survey",
    "resume",
    "send_test",
    "simulate",
    "unsubscribe",
    "update_survey",
]
