"""Organisations: founding one, changing its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership, Organization, User
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from nps_platform.tenancy.setup import furnish, tell_settings_changed


def create_organization(
    *,
    slug: str,
    name: str,
    owner: User,
    language: str = "en",
    currency: str = "EUR",
    timezone: str = "Europe/Madrid",
    country: str = "ES",
    programme_name: str = "",
) -> Organization:
    """Found an organisation owned by `owner`, with everything the rooms start it with; ValidationError names the field."""
    organization = Organization(
        slug=slug,
        name=name,
        programme_name=programme_name,
        language=language,
        currency=currency,
        timezone=timezone,
        country=country,
    )
    organization.full_clean()
    try:
        with transaction.atomic():
            organization.save()
            owned = Membership.objects.create(organization=organization, user=owner, role=Role.OWNER)
            with entered(organization):
                furnish(organization)
                audit.record("organization.created", organization, by=owned)
    except IntegrityError as error:
        if Organization.objects.filter(slug=slug).exists():
            raise ValidationError({"slug": _("This address is taken.")}) from error
        raise
    return organization


@transaction.atomic
def update_organization(
    organization: Organization, *, values: Mapping[str, Any], by: Membership | None
) -> Organization:
    """Change settings; the audit entry says which, not what they hold."""
    changed = [name for name, value in values.items() if getattr(organization, name) != value]
    for name in changed:
        setattr(organization, name, values[name])
    if changed:
        organization.save(update_fields=changed)
        audit.record("organization.updated", organization, by=by, fields=sorted(changed))
        tell_settings_changed(changed)
    return organization
