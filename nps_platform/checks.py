"""Misconfiguration stops the boot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from nps_platform.tenancy.keys import keys_without_keeper
from nps_platform.tenancy.rls import OUTSIDE, unprotected_tables
from nps_platform.tenancy.scope import TenantManager, tenant_models


@register(Tags.security)
def demo_only_when_asked(**_: Any) -> list[CheckMessage]:
    """The demo's known passwords may exist only where somebody asked for them."""
    if settings.DEMO and settings.SERVED_BY_HTTPS:
        return [Error("DEMO is on while BASE_URL is https: the demo's passwords are public.", id="circulo.E001")]
    return []


@register(Tags.models)
def every_tenant_table_is_scoped(**_: Any) -> list[CheckMessage]:
    """Every tenant model keeps the scoped manager as its default."""
    return [
        Error(f"{model._meta.label}: the default manager is not a TenantManager", id="circulo.E002")
        for model in tenant_models()
        if not isinstance(model._default_manager, TenantManager)
    ]


@register(Tags.database)
def every_tenant_table_has_its_wall(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """PostgreSQL: every tenant table has a forced policy; runs with `check --database default` and before `migrate` ends."""
    if not databases:
        return []
    tables = [model._meta.db_table for model in tenant_models() if model._meta.label not in OUTSIDE]
    return [Error(f"{table} has no forced row-level policy", id="circulo.E003") for table in unprotected_tables(tables)]


@register(Tags.database)
def every_foreign_key_is_kept(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """PostgreSQL: a constraint or the triggers of decision 25 keep every foreign key of the models."""
    if not databases:
        return []
    return [Error(f"nothing keeps the foreign key {key}", id="circulo.E004") for key in keys_without_keeper()]


@register(Tags.compatibility)
def production_has_a_mail_server(**_: Any) -> list[CheckMessage]:
    """A production form without a mail server keeps everything in the outbox: say so."""
    if settings.SERVED_BY_HTTPS and not settings.EMAIL_URL:
        return [Warning("EMAIL_URL is not set: no mail leaves, everything stays in the outbox.", id="circulo.W001")]
    return []
