"""What a customer gets to see of their case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from closeloop.models.case import Case
from nps_platform.tenancy.scope import TenantModel


class LoopSettings(TenantModel):
    """How much of a case the customer's page shows, and whether a resolution writes to them. One row at most; none: the defaults."""

    class Signs(models.TextChoices):
        PERSON = "person", _("The colleague's name")
        TEAM = "team", _("The team's name")
        PROGRAMME = "programme", _("The programme's name alone")

    class Asks(models.TextChoices):
        NOTHING = "nothing", _("No question")
        CSAT = "csat", _("How satisfied they are (CSAT)")
        CES = "ces", _("How easy we made it (CES)")

    signs = models.CharField(_("who looks after it"), max_length=10, choices=Signs, default=Signs.PERSON)
    shows_steps = models.BooleanField(_("show what has happened and what is missing"), default=True)
    shows_solution = models.BooleanField(_("show what was done"), default=True)
    writes_when_resolved = models.BooleanField(_("write to the customer when a case is resolved"), default=True)

    shows_promises = models.BooleanField(_("show what was promised, and by when"), default=True)
    asks_handling = models.CharField(
        _("ask how it was handled, once it is closed"), max_length=8, choices=Asks, default=Asks.NOTHING
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="loop_settings_once")]

    def __str__(self) -> str:
        return self.signs

    @classmethod
    def current(cls) -> LoopSettings:
        """Those of the current organisation."""
        return cls.objects.first() or cls()

    def asks(self, case: Case) -> bool:
        """Whether this case's customer is asked how it was handled: once, when it is closed."""
        return self.asks_handling != self.Asks.NOTHING and not case.is_open and case.handling is None
