"""One link for each unit's employees, made in one go."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from nps_platform.tenancy.models import Membership, Unit
from surveys.actions.collectors import change_collector, create_collector
from surveys.models import Collector, Survey


@transaction.atomic
def link_units(survey: Survey, people: Mapping[Unit | None, int | None], *, by: Membership | None) -> int:
    """See that each of these units (None: nobody's in particular) has a link to `survey`, and how many people have it; answers
    how many links were made. A unit that has one keeps it. Raises ValidationError.
    """
    there = {link.unit_id: link for link in employee_links(survey)}
    made = 0
    for unit, count in people.items():
        link = there.get(unit.pk if unit else None)
        if link is None:
            name = unit.name if unit else _("Employees")
            create_collector(
                kind=Collector.Kind.EMPLOYEE, name=name[:120], survey=survey, unit=unit, people=count, by=by
            )
            made += 1
        elif link.people != count:
            change_collector(link, people=count, by=by)
    return made


def employee_links(survey: Survey) -> list[Collector]:
    """The links of `survey`, the newest of a unit last."""
    return list(survey.collectors.filter(kind=Collector.Kind.EMPLOYEE).select_related("unit", "survey").order_by("pk"))
