"""What this room does: customers, revenue, suppressions, erasure, segments, attributes, imports."""

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
from nps_platform.customers.actions.revenue import load_revenue
from nps_platform.customers.actions.suppressions import lift_suppression, suppress
from nps_platform.customers.actions.upsert import upsert_customers

__all__ = [
    "Choice",
    "MappingRefused",
    "choose_columns",
    "discard_import",
    "erase_customer",
    "lift_suppression",
    "load_revenue",
    "register_eraser",
    "reopen_columns",
    "start_import",
    "start_upload",
    "stop_import",
    "suppress",
    "upsert_customers",
]
