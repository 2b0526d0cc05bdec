"""Lists that people keep of the inbox."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.models import Membership, Team, TeamMember
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import TenantManager, TenantModel, TenantQuerySet


class SavedViewQuerySet(TenantQuerySet):
    def seen_by(self, person: Membership) -> Self:
        """Their own, the organisation's and their teams'."""
        teams = TeamMember.objects.filter(membership=person).values("team")
        shared = Q(sharing=SavedView.Sharing.EVERYBODY) | Q(sharing=SavedView.Sharing.TEAM, team__in=teams)
        return self.filter(Q(owner=person) | shared).select_related("owner__user", "team")


class SavedViewManager(TenantManager.from_queryset(SavedViewQuerySet)):  # type: ignore[misc]
    """The tenant's scope with the set above."""


class SavedView(TenantModel):
    """A name for the inbox's address: view, filters and order."""

    class Sharing(models.TextChoices):
        NOBODY = "nobody", _("Only me")
        TEAM = "team", _("A team")
        EVERYBODY = "everybody", _("Everybody who works on cases")

    owner = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    sharing = models.CharField(_("shared with"), max_length=10, choices=Sharing, default=Sharing.NOBODY)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    # Between its neighbours': a view that moves changes no other.
    position = models.FloatField(default=0.0)

    objects = SavedViewManager()  # type: ignore[misc]

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def may_change(self, person: Membership) -> bool:
        """Its owner; and a manager where others see it."""
        return self.owner_id == person.pk or (self.sharing != self.Sharing.NOBODY and person.may(Right.SETTINGS))
