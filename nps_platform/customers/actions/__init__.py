"""What this room does: customers, revenue, suppressions, erasure, segments, attributes, imports."""

from nps_platform.customers.actions.accounts import save_account
from nps_platform.customers.actions.attributes import AttributeInUse, delete_attribute, save_attribute
from nps_platform.customers.actions.erasure import erase_customer, register_eraser
from nps_platform.customers.actions.imports import (
    Choice,
    MappingRefused,
    choose_columns,
    discard_import,
    reopen_columns,
    start_import,
    start_upload,
    stop_import,
)
from nps_platform.customers.actions.profile import change_customer, create_customer, state_permission
from nps_platform.customers.actions.revenue import load_revenue
from nps_platform.customers.actions.segments import delete_segment, save_segment
from nps_platform.customers.actions.suppressions import (
    NeedsConfirmation,
    StaysForGood,
    Suppressed,
    lift_suppression,
    suppress,
    suppress_many,
)
from nps_platform.customers.actions.upsert import upsert_customers

__all__ = [
    "AttributeInUse",
    "Choice",
    "MappingRefused",
    "NeedsConfirmation",
    "StaysForGood",
    "Suppressed",
    "change_customer",
    "choose_columns",
    "create_customer",
    "delete_attribute",
    "delete_segment",
    "discard_import",
    "erase_customer",
    "lift_suppression",
    "load_revenue",
    "register_eraser",
    "reopen_columns",
    "save_account",
    "save_attribute",
    "save_segment",
    "start_import",
    "start_upload",
    "state_permission",
    "stop_import",
    "suppress",
    "suppress_many",
    "upsert_customers",
]
