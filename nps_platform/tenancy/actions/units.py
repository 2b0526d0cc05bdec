"""The tree of business units. `path` holds the ids from the root down to the unit itself: "/1/4/"."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, ManyToOneRel, Value
from django.db.models.functions import Concat, Substr
from django.utils.text import slugify
from django.utils.translation import gettext as _

from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership, Organization, Unit
from nps_platform.tenancy.scope import current_organization

DEEPEST = 8


@transaction.atomic
def add_unit(
    *,
    name: str,
    code: str = "",
    kind: str,
    parent: Unit | None = None,
    timezone: str = "",
    country: str = "",
    by: Membership | None,
) -> Unit:
    """Hang a unit into the tree; a code is made from the name where none is given."""
    _lock_tree()
    code = _free_code(code or slugify(name)[:40] or "unit", None, given=bool(code))
    unit = Unit(name=name, code=code, kind=kind, timezone=timezone, country=country)
    _hang(unit, parent)
    audit.record("unit.added", unit, by=by)
    return unit


@transaction.atomic
def update_unit(
    unit: Unit,
    *,
    name: str,
    code: str,
    kind: str,
    parent: Unit | None = None,
    timezone: str = "",
    country: str = "",
    by: Membership | None,
) -> Unit:
    """Rename or move a unit with all below it; ValidationError for a move below itself."""
    _lock_tree()
    unit.refresh_from_db()
    before, moved = unit.path, unit.parent_id != (parent.pk if parent else None)
    unit.name, unit.code, unit.kind = name, _free_code(code, unit, given=True), kind
    unit.timezone, unit.country = timezone, country
    _hang(unit, parent)
    if moved:
        _carry_along(unit, before)
    audit.record("unit.moved" if moved else "unit.updated", unit, by=by)
    return unit


@transaction.atomic
def delete_unit(unit: Unit, *, by: Membership | None) -> None:
    """Take an unused unit out of the tree; ValidationError where anything still belongs to it."""
    _lock_tree()
    if reason := why_unit_stays(unit):
        raise ValidationError(reason)
    audit.record("unit.deleted", unit, by=by, code=unit.code)
    unit.delete()


def why_unit_stays(unit: Unit) -> str:
    """Why this unit can't be deleted now, as a sentence; "" where it can. Answers keep the unit they were given in."""
    if unit.children.exists():
        return _("Units belong to it: move or delete those first.")
    if _is_used(unit):
        return _("Customers, accounts or answers belong to it, so it stays. It can be renamed, or moved in the tree.")
    return ""


def _hang(unit: Unit, parent: Unit | None) -> None:
    """Save it below `parent` with the right path."""
    if parent is not None:
        parent.refresh_from_db()
        if unit.pk and f"/{unit.pk}/" in parent.path:
            raise ValidationError({"parent": _("A unit can't be part of itself.")})
        if parent.path.count("/") > DEEPEST:
            raise ValidationError({"parent": _("The tree is at most %(levels)s levels deep.") % {"levels": DEEPEST}})
    unit.parent = parent
    unit.save()
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])


def _carry_along(unit: Unit, before: str) -> None:
    """Everything below a moved unit gets its new beginning."""
    below = Unit.objects.filter(path__startswith=before).exclude(pk=unit.pk)
    below.update(path=Concat(Value(unit.path), Substr(F("path"), len(before) + 1)))
    deepest = max((path.count("/") for path in below_paths(unit)), default=0)
    if deepest > DEEPEST + 1:
        raise ValidationError({"parent": _("The tree is at most %(levels)s levels deep.") % {"levels": DEEPEST}})


def below_paths(unit: Unit) -> list[str]:
    """The paths of a unit and all below it."""
    return list(Unit.objects.filter(path__startswith=unit.path).values_list("path", flat=True))


def _free_code(code: str, unit: Unit | None, *, given: bool) -> str:
    """The code, if nobody else has it; one that was only made up gets a number instead of a refusal."""
    taken = set(Unit.objects.exclude(pk=unit.pk if unit else None).values_list("code", flat=True))
    if code not in taken:
        return code
    if given:
        raise ValidationError({"code": _("Another unit has this code.")})
    return next(f"{code[:36]}-{n}" for n in range(2, len(taken) + 3) if f"{code[:36]}-{n}" not in taken)


def _is_used(unit: Unit) -> bool:
    """Whether a row of any room points at it, also through relations that have no name on this side."""
    relations = (field for field in Unit._meta.get_fields(include_hidden=True) if isinstance(field, ManyToOneRel))
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: unit}).exists()
        for relation in relations
        if relation.related_model is not Unit
    )


def _lock_tree() -> None:
    """Two moves at the same moment could tie a knot: they stand in line."""
    Organization.objects.select_for_update().get(pk=current_organization().pk)
