"""Places where whoever comes by may answer: made, changed, closed and opened again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership, Unit
from nps_platform.tenancy.scope import ForeignOrganization, current_organization
from surveys.models import FEWEST, Collector, Survey, SurveyKind, Touchpoint
from surveys.models.collector import new_secret


@transaction.atomic
def create_collector(*, kind: str, name: str, survey: Survey, by: Membership | None, **settings: Any) -> Collector:
    """A place that takes answers from now on; `settings`: Collector's fields. Raises ValidationError at the field it is about."""
    secret = new_secret() if kind == Collector.Kind.EMBED else ""
    collector = Collector(kind=kind, name=name, survey=survey, created_by=by, secret=secret, **settings)
    _check(collector)
    if kind == Collector.Kind.EMPLOYEE and (refusal := too_few(collector.people)):
        raise ValidationError({"people": refusal})
    collector.save()
    record("collector.created", collector, by=by, kind=kind, survey=survey.pk)
    return collector


@transaction.atomic
def create_collectors(
    places: Sequence[tuple[str, Unit | None]], *, kind: str, survey: Survey, by: Membership | None, **settings: Any
) -> list[Collector]:
    """One for each (name, unit), all or none; a name that the survey has one of this kind by already is left out, so that the
    same list told twice makes nothing twice. Raises ValidationError.
    """
    known = set(Collector.objects.filter(kind=kind, survey=survey).values_list("name", flat=True))
    wanted = {name: unit for name, unit in places if name not in known}
    return [
        create_collector(kind=kind, name=name, survey=survey, by=by, unit=unit, **settings)
        for name, unit in wanted.items()
    ]


@transaction.atomic
def change_collector(collector: Collector, *, by: Membership | None, **changes: Any) -> Collector:
    """Answers given before stay where they were counted; its link stays too. Raises ValidationError."""
    for name, value in changes.items():
        setattr(collector, name, value)
    _check(collector)
    collector.save(update_fields=[*changes, "updated_at"])
    record("collector.changed", collector, by=by, fields=sorted(changes))
    return collector


@transaction.atomic
def close_collector(collector: Collector, *, by: Membership | None) -> bool:
    """Its page says so from now on; False where it had closed."""
    closed = _switch(collector, is_open=False)
    if closed:
        record("collector.closed", collector, by=by)
    return closed


@transaction.atomic
def reopen_collector(collector: Collector, *, by: Membership | None) -> bool:
    """The same link works again; False where it did."""
    reopened = _switch(collector, is_open=True)
    if reopened:
        record("collector.reopened", collector, by=by)
    return reopened


@transaction.atomic
def renew_secret(collector: Collector, *, by: Membership | None) -> None:
    """What was signed with the one before is refused from now on."""
    collector.secret = new_secret()
    collector.save(update_fields=["secret", "updated_at"])
    record("collector.secret", collector, by=by)


def _switch(collector: Collector, *, is_open: bool) -> bool:
    """Conditional: one of two clicks wins."""
    rows = Collector.objects.filter(pk=collector.pk, is_open=not is_open)
    switched = rows.update(is_open=is_open, updated_at=timezone.now())
    collector.refresh_from_db()
    return bool(switched)


def _check(collector: Collector) -> None:
    _check_ours(collector.survey, collector.unit, collector.touchpoint)
    survey = collector.survey
    if survey.published is None:
        raise ValidationError({"survey": _("Publish the survey first: what is not published can't be asked.")})
    if (survey.kind == SurveyKind.EMPLOYEE) != (collector.kind == Collector.Kind.EMPLOYEE):
        raise ValidationError({"survey": _("Employees answer through their own link, and nobody else does.")})
    if collector.kind == Collector.Kind.EMBED and not collector.sites:
        raise ValidationError({"sites": _("Say on which website: it shows itself nowhere else.")})
    if collector.language and collector.language not in survey.languages:
        raise ValidationError({"language": _("The survey does not speak this language.")})


def too_few(people: int | None) -> str:
    """Why so few employees get no link of their own; "" where they are enough or nobody counted them."""
    if people is None or people >= FEWEST:
        return ""
    refusal = _("Fewer than %(n)s people: nothing of theirs could ever be shown. Give them the link of the unit above.")
    return refusal % {"n": FEWEST}


def _check_ours(*rows: Survey | Unit | Touchpoint | None) -> None:
    for row in rows:
        if isinstance(row, models.Model) and row.organization_id != current_organization().pk:
            raise ForeignOrganization(f"{row._meta.label} {row.pk}")
