"""What rules and cases are called alike."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.nps import NpsClass

CLASSES = [(c.value, c.label) for c in NpsClass if c != NpsClass.SILENT]


class Priority(models.IntegerChoices):
    URGENT = 1, _("Urgent")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")
