"""Erasure keeps the arithmetic (METHOD §7): score, date and coarse dimensions stay without a person; the comment goes."""

from __future__ import annotations

from nps_platform.customers.actions.erasure import register_eraser
from nps_platform.customers.models import Customer
from responses.models import Response, ScoreChange


def register() -> None:
    """Called when the room is ready."""
    register_eraser(forget_answers)


def forget_answers(customer: Customer) -> None:
    answers = Response.objects.filter(customer=customer)
    ScoreChange.objects.filter(response__in=answers).update(comment="")
    answers.update(comment="", customer=None, account=None)
