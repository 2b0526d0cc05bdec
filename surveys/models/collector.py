"""Ways to answer without having been invited."""

from __future__ import annotations

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.folding import folded_column
from nps_platform.lib.signing import Door, make_token
from nps_platform.tenancy.models import Membership, Unit
from nps_platform.tenancy.scope import TenantModel
from surveys.models.journey import Touchpoint
from surveys.models.survey import Survey

# Employees are shown in groups of so many or more, to everyone (METHOD, "Everywhere").
FEWEST = 5


def new_secret() -> str:
    """256 bits, as hexadecimal digits."""
    return secrets.token_hex(32)


class Collector(TenantModel):
    """One place where whoever comes by may answer: a poster at a counter, a tablet, a website, the link of a unit's employees.

    What is answered there is counted under its unit and touchpoint.
    """

    class Kind(models.TextChoices):
        LINK = "link", _("Open link and QR")
        KIOSK = "kiosk", _("Tablet")
        EMBED = "embed", _("Website")
        EMPLOYEE = "employee", _("Employees")

    class Receipt(models.TextChoices):
        NO = "no", _("Not asked")
        OPTIONAL = "optional", _("Asked, may be left empty")
        REQUIRED = "required", _("Needed to answer")

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="collectors", verbose_name=_("survey"))
    unit = models.ForeignKey(
        Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    # Empty: the survey's own.
    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("touchpoint")
    )
    # Empty: the visitor's, where the survey speaks it.
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_open = models.BooleanField(_("takes answers"), default=True)
    # Links: the code on a receipt, one answer each.
    receipt = models.CharField(_("receipt code"), max_length=10, choices=Receipt, default=Receipt.NO)
    # Tablets: the hash of what lets staff out of the full screen, and when an unfinished answer is wiped.
    pin = models.CharField(max_length=128, blank=True)
    idle_seconds = models.PositiveSmallIntegerField(
        _("wipe after, seconds"), default=30, validators=[MinValueValidator(10), MaxValueValidator(600)]
    )
    # When the tablet last spoke to us, and how many answers it then had left that it could not hand in.
    seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    # Websites: where the script may show itself ("https://www.andina.example"), how soon, and how often to one browser.
    sites = models.JSONField(_("websites"), default=list, blank=True)
    after_seconds = models.PositiveSmallIntegerField(
        _("appears after, seconds"), default=10, validators=[MaxValueValidator(600)]
    )
    # What the company's server signs a customer's number with, so that nobody answers in another's name.
    secret = models.CharField(max_length=64, blank=True, editable=False)
    every_days = models.PositiveSmallIntegerField(
        _("again after, days"), default=90, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    folded = folded_column("name")
    # Employees: how many people have the link, for the share that answered.
    people = models.PositiveIntegerField(
        _("people"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1_000_000)]
    )
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def token(self) -> str:
        """The way in; the same for everybody who comes by."""
        return make_token(Door.COLLECTOR, self.organization_id, self.pk)
