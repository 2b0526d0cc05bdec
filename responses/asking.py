"""What planning needs to know of answers: who said what last."""

from __future__ import annotations

from django.db.models import QuerySet

from responses.models import Response
from surveys.planning.hooks import register_last_answers


def register() -> None:
    """Called when the room is ready."""
    register_last_answers(last_answers)


def last_answers() -> QuerySet[Response]:
    """Customers' answers, newest first."""
    return Response.objects.filter(customer__isnull=False).order_by("-answered_at", "-pk")
