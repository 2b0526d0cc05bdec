"""The tree of business units."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.access import OrganizationRequest
from nps_platform.tenancy.actions import add_unit, delete_unit, update_unit, why_unit_stays
from nps_platform.tenancy.forms import UnitForm
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.units import tree
from nps_platform.tenancy.views.lists import SettingsList


def _form(request: OrganizationRequest, unit: Unit | None) -> UnitForm:
    return UnitForm(request.POST or None, instance=unit)


def _rows() -> dict[str, Any]:
    return {"tree": tree()}


_UNITS = SettingsList(
    model=Unit,
    name="unit",
    names="units",
    form=_form,
    rows=_rows,
    add=add_unit,
    change=update_unit,
    delete=delete_unit,
    stays=why_unit_stays,
    added=_("%(name)s is in the tree."),
    changed=_("%(name)s is saved."),
    gone=_("%(name)s is deleted."),
)
units, unit, unit_delete = _UNITS.listed(), _UNITS.one(), _UNITS.deleted()
