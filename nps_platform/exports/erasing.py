"""An erased person is in no file that was made before: all of them go, and are made anew where somebody needs one."""

from __future__ import annotations

from django.db.models import Q

from nps_platform.customers.actions.erasure import register_eraser
from nps_platform.customers.models import Customer
from nps_platform.exports.making import throw_away


def register() -> None:
    """Called when the room is ready."""
    register_eraser(forget_files)


def forget_files(_customer: Customer) -> None:
    throw_away(Q())
