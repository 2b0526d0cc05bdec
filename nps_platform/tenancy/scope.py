"""Tenant tables: queries that can't be compiled without one (ARCHITECTURE: One tenant can't see another)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models

from nps_platform.tenancy.current import NoOrganization, current_organization, current_organization_id, entered

__all__ = [
    "ForeignOrganization",
    "NoOrganization",
    "TenantManager",
    "TenantModel",
    "current_organization",
    "current_organization_id",
    "entered",
    "tenant_models",
]


class ForeignOrganization(RuntimeError):
    """A row of one organisation was about to be written while working for another."""


class _CurrentOrganization(models.Expression):
    """Its id, read when SQL is compiled: a queryset made at import or kept in a form is still scoped when it runs."""

    def __init__(self) -> None:
        super().__init__(output_field=models.BigIntegerField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return "%s", (current_organization().pk,)


class TenantQuerySet(models.QuerySet):
    """A queryset whose bulk writes also belong to the current organisation."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        objs = list(objs)
        for obj in objs:
            claim_for_current(obj)
        return super().bulk_create(objs, *args, **kwargs)


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """The default manager of every tenant table: only the current organisation's rows, and none without one."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(organization_id=_CurrentOrganization())


class TenantModel(models.Model):
    """A row that belongs to one organisation.

    `objects` is scoped; `all_tenants` drops that filter only (PostgreSQL's own wall stays up) and never appears in a view.
    """

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+", editable=False)

    objects = TenantManager()
    all_tenants = models.Manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        claim_for_current(self)
        super().save(*args, **kwargs)


def claim_for_current(row: TenantModel) -> None:
    """Give a new row the current organisation; refuse one of another."""
    organization = current_organization()
    if row.organization_id is None:
        row.organization = organization
    elif row.organization_id != organization.pk:
        raise ForeignOrganization(
            f"{row._meta.label} of organisation {row.organization_id}, working for {organization.pk}"
        )


def tenant_models() -> list[type[TenantModel]]:
    """Every concrete tenant table of the project."""
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]
