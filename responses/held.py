"""What a person answered, with its corrections, and what they began and did not send."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from nps_platform.customers.held import Part, Person, Row, register_holder
from responses.answers import told_in
from responses.models import ProvisionalAnswer, Response, ScoreChange


def register() -> None:
    """Called when the room is ready."""
    register_holder(answers_of)


def theirs(person: Person) -> Q:
    """The person's answers, those included that were given with their address where anybody may answer."""
    own = Q(customer=person.customer) if person.customer else Q(pk__in=[])
    return own | Q(visitor_address__iexact=person.address) if person.address else own


def answers_of(person: Person) -> Iterator[Part]:
    answers = Response.objects.filter(theirs(person)).select_related("survey__published", "version")
    answers = answers.prefetch_related("answers", "changes").order_by("answered_at", "pk")
    columns = {
        "survey": _("Survey"), "at": _("When"), "channel": _("Channel"), "score": _("Score"), "comment": _("Comment"),
        "contact": _("May be contacted"), "further": _("Further answers"), "name": _("Name"), "address": _("Address"),
    }  # fmt: skip
    yield Part("answers", _("Answers"), columns, [_answer(one) for one in answers])
    columns = {"survey": _("Survey"), "kind": _("What"), "score": _("Score"), "comment": _("Comment"), "at": _("When")}
    changes = [_change(one, change) for one in answers for change in one.changes.all()]
    yield Part("corrections", _("Corrections and later scores"), columns, changes)
    if person.customer:
        begun = ProvisionalAnswer.objects.filter(customer=person.customer)
        rows = [{"score": one.score, "comment": one.comment} for one in begun.order_by("pk")]
        yield Part("begun", _("Begun and not sent"), {"score": _("Score"), "comment": _("Comment")}, rows)


def _answer(one: Response) -> Row:
    wishes = {True: _("Yes"), False: _("No")}
    told = told_in(one, get_language() or "")
    return {
        "survey": str(one.survey),
        "at": one.answered_at,
        "channel": str(one.get_channel_display()),
        "score": one.score,
        "comment": one.comment,
        "contact": wishes[one.wants_contact] if one.wants_contact is not None else "",
        "further": "\n".join(f"{said.question}: {said.answer}" for said in told),
        "name": one.visitor_name,
        "address": one.visitor_address,
    }


def _change(one: Response, change: ScoreChange) -> Row:
    was = change.kind == ScoreChange.Kind.CORRECTION
    return {
        "survey": str(one.survey),
        "kind": _("Before the correction") if was else _("After contact"),
        "score": change.score,
        "comment": change.comment,
        "at": change.at,
    }
