"""An answer given on the telephone: recorded for the invitation, as its customer's own answer would be."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership
from responses.actions import record_response
from responses.answers import Said
from responses.models import Response
from responses.public_forms import AnswerTold
from surveys.actions.calling import note_call
from surveys.models import CallAttempt, CallTask


@transaction.atomic
def record_call(task: CallTask, answer: AnswerTold, *, said: Sequence[Said] = (), by: Membership) -> Response:
    """Record what the customer said to `by` on the telephone. Raises NotYours."""
    note_call(task, outcome=CallAttempt.Outcome.ANSWERED, by=by)
    response, _made = record_response(task.invitation, **answer, answers=said or None)
    audit.record("response.recorded", response, by=by, channel=response.channel)
    return response
