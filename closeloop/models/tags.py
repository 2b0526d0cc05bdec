"""Words that colleagues put on cases."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from closeloop.models.case import Case
from nps_platform.lib.folding import folded_column
from nps_platform.tenancy.scope import TenantModel

LONGEST_TAG = 40


class Tag(TenantModel):
    """One of the organisation's tags; "Avería" and "averia" are the same."""

    name = models.CharField(_("name"), max_length=LONGEST_TAG)
    folded = folded_column("name")

    class Meta:
        ordering = ["folded"]
        constraints = [models.UniqueConstraint(fields=["organization", "folded"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class CaseTag(TenantModel):
    """A tag on a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, db_index=False, related_name="tagged")

    class Meta:
        ordering = ["tag__folded"]
        constraints = [models.UniqueConstraint(fields=["organization", "tag", "case"], name="tag_once_a_case")]

    def __str__(self) -> str:
        return str(self.tag_id)
