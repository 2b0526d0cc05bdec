"""The journey: stages and touchpoints, and what people said about them outside surveys."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.folding import folded_lines, found_in
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantManager, TenantModel, TenantQuerySet

IMPORTANCE = [MinValueValidator(1), MaxValueValidator(5)]
NPS_RANGE = [MinValueValidator(-100), MaxValueValidator(100)]


class Stage(TenantModel):
    """A stretch of the customer's journey (a phase), or a way in (a channel)."""

    class Kind(models.TextChoices):
        PHASE = "phase", _("Phase")
        CHANNEL = "channel", _("Channel")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PHASE)
    position = models.PositiveSmallIntegerField(default=0)
    target = models.SmallIntegerField(_("target NPS"), null=True, blank=True, validators=NPS_RANGE)
    owner = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="stage_name_once")]

    def __str__(self) -> str:
        return self.name


class Touchpoint(TenantModel):
    """One interaction within a stage."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="touchpoints", verbose_name=_("stage"))
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    importance = models.PositiveSmallIntegerField(_("importance"), default=3, validators=IMPORTANCE)
    moment_of_truth = models.BooleanField(_("moment of truth"), default=False)
    target = models.SmallIntegerField(_("target NPS"), null=True, blank=True, validators=NPS_RANGE)
    owner = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )

    class Meta:
        ordering = ["stage__position", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "stage", "name"], name="touchpoint_name_once_per_stage")
        ]

    def __str__(self) -> str:
        return self.name

    def take_surveys_along(self) -> None:
        """Its surveys stand in its stage: what they hear from now on is counted there. Answers given stay where they were."""
        self.surveys.exclude(stage=self.stage_id).update(stage=self.stage_id)


class NoteQuerySet(TenantQuerySet):
    def saying(self, words: str) -> Self:
        """Those with these words in text, quotes or who was heard. Notes are written by hand, and few: folded while reading."""
        if not words.strip():
            return self
        return self.annotate(folded=folded_lines("text", "quotes", "who")).filter(found_in("folded", words))


class NoteManager(TenantManager.from_queryset(NoteQuerySet)):  # type: ignore[misc]
    """The tenant's scope with the set above."""


class QualitativeNote(TenantModel):
    """What was heard or seen outside surveys. It stands on a touchpoint, else a stage, else the whole journey; never in NPS.

    Free text about people: erasing a customer can't find them here.
    """

    class Kind(models.TextChoices):
        INTERVIEW = "interview", _("Interview")
        FOCUS_GROUP = "focus_group", _("Focus group")
        OBSERVATION = "observation", _("Observation")

    stage = models.ForeignKey(
        Stage, on_delete=models.SET_NULL, null=True, blank=True, related_name="notes", verbose_name=_("stage")
    )
    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="notes", verbose_name=_("touchpoint")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.INTERVIEW)
    held_on = models.DateField(_("date"))
    people = models.PositiveSmallIntegerField(_("how many people"), default=1, validators=[MinValueValidator(1)])
    who = models.CharField(_("who"), max_length=200, blank=True)
    text = models.TextField(_("what was learnt"), max_length=20_000)
    # Their own words, one quote a line.
    quotes = models.TextField(_("quotes"), max_length=10_000, blank=True)
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[NoteManager] = NoteManager()

    class Meta:
        ordering = ["-held_on", "-id"]
        indexes = [
            # Serves: notes beside the comments, newest first.
            models.Index(fields=["organization", "-held_on", "-id"], name="note_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"
