"""What is asked: surveys, their working copy and the versions that were published."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel
from surveys.authoring.content import Content, content_for
from surveys.models.journey import Stage, Touchpoint


class SurveyKind(models.TextChoices):
    RELATIONAL = "relational", _("Relational")
    PHASE = "phase", _("Phase")
    TRANSACTIONAL = "transactional", _("Transactional")
    EMPLOYEE = "employee", _("Employees (eNPS)")


class Survey(TenantModel):
    """A questionnaire. Editing changes the draft; publishing makes the next version, and answers stay with the one they saw."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=14, choices=SurveyKind, default=SurveyKind.RELATIONAL)
    stage = models.ForeignKey(
        Stage, on_delete=models.SET_NULL, null=True, blank=True, related_name="surveys", verbose_name=_("stage")
    )
    touchpoint = models.ForeignKey(
        Touchpoint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("touchpoint"),
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # The working copy, a dumped surveys.authoring.content.Content.
    draft = models.JSONField(default=dict)
    # What is asked now; empty until the first publication.
    published = models.ForeignKey(
        "surveys.SurveyVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def draft_content(self) -> Content:
        """The working copy."""
        return Content.load(self.draft)

    @property
    def languages(self) -> list[str]:
        """What is live speaks these; the first is the original."""
        return list(content_for(self).languages)

    @property
    def has_changes(self) -> bool:
        """Whether the draft says anything that no version says yet."""
        return self.published is None or self.draft_content != self.published.parsed

    @property
    def published_at(self) -> datetime | None:
        """Since when the live version has been live."""
        return self.published.published_at if self.published else None

    @property
    def next_number(self) -> int:
        """The number that the draft will be published under."""
        return self.published.number + 1 if self.published else 1


class SurveyVersion(TenantModel):
    """A survey as it was published; never changes."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    # A dumped surveys.authoring.content.Content.
    content = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "survey", "number"], name="version_number_once_per_survey")
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    @cached_property
    def parsed(self) -> Content:
        """The content as values; read once, since it never changes."""
        return Content.load(self.content)
