"""Who is asked what, when and how."""

from __future__ import annotations

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Segment
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel
from surveys.models.survey import Survey

MAX_SEED = 2**31 - 1


def new_seed() -> int:
    """A seed for whoever did not bring one; stored, so that a sample can be drawn again (METHOD §4)."""
    return secrets.randbelow(MAX_SEED) + 1


def medium_of(channel: str) -> str:
    """ "mail", "call", or "message" where it may be a text."""
    return {"email": "mail", "phone": "call"}.get(channel, "message")


class Programme(TenantModel):
    """Who is asked what, when and how: in waves, each person once a period, or after an event."""

    class Mode(models.TextChoices):
        WAVE = "wave", _("Wave")
        CONTINUOUS = "continuous", _("Continuous")
        TRIGGER = "trigger", _("After an event")

    class Every(models.TextChoices):
        ONCE = "once", _("Once")
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter")
        HALF_YEAR = "half_year", _("Every half year")

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        WHATSAPP = "whatsapp", _("WhatsApp")
        EMAIL_OR_SMS = "email_or_sms", _("E-mail, or SMS where there is none")
        PHONE = "phone", _("Telephone")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PLANNING = "planning", _("Being planned")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")

    name = models.CharField(_("name"), max_length=120)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("survey"))
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.WAVE)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel, default=Channel.EMAIL)
    audience = models.ForeignKey(
        Segment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("audience"),
        help_text=_("Empty: every customer."),
    )
    # Waves: how often, and the first one's date and time on the organisation's clock (empty: at launch).
    every = models.CharField(_("how often"), max_length=10, choices=Every, default=Every.ONCE)
    starts_on = models.DateField(_("first wave on"), null=True, blank=True)
    starts_at = models.TimeField(_("at"), null=True, blank=True)
    # Continuous: each person once in so many days.
    period_days = models.PositiveSmallIntegerField(
        _("period, days"), default=90, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    # Trigger: minutes from the event to the question.
    delay_minutes = models.PositiveIntegerField(
        _("delay, minutes"), default=0, validators=[MaxValueValidator(60 * 24 * 90)]
    )
    # {} everybody, {"number": 50}, {"share": 0.2} or {"precision": 5} (points of NPS): METHOD §4.
    sample = models.JSONField(_("sample"), default=dict, blank=True)
    # Proportional within: "" (none), "unit", "class" (of the last answer), or "attribute:<key>".
    strata = models.CharField(_("strata"), max_length=80, blank=True)
    seed = models.PositiveBigIntegerField(_("seed"), default=new_seed)
    # {} any hour, or {"from": "09:00", "to": "13:00", "weekdays": [1, …, 7], "holidays": false} in the person's time zone.
    window = models.JSONField(_("sending window"), default=dict, blank=True)
    # Messages that leave; by telephone calls that are made, whoever is called again among them.
    daily_cap = models.PositiveIntegerField(
        _("at most a day"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    # Days after the mail left, ascending; who answered, stopped or bounced gets none.
    reminders = models.JSONField(_("reminders after, days"), default=list, blank=True)
    # Empty: the organisation's quarantine for this kind of survey. 0 waives it and the open-invitation rule.
    quarantine_days = models.PositiveSmallIntegerField(_("quarantine, days"), null=True, blank=True)
    # Days in which no two contacts of one account are asked. Empty: the organisation's; 0: none.
    account_quarantine_days = models.PositiveSmallIntegerField(_("quarantine of accounts, days"), null=True, blank=True)
    ask_despite_open_case = models.BooleanField(_("ask also whose case is open"), default=False)
    # Its people are kept for it (Reservation rows): other programmes skip them until it has asked.
    reserves = models.BooleanField(_("people are kept for it"), default=False)
    open_days = models.PositiveSmallIntegerField(
        _("open for, days"), default=21, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    launched_at = models.DateTimeField(null=True, blank=True)
    launched_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Why it paused itself: {"reason": "complaints"|"bounces", "sent", "returned", "at"}; null where a person paused it.
    paused_because = models.JSONField(null=True, blank=True)
    # Mails before this moment count no more for the breaker: somebody looked and resumed.
    watched_from = models.DateTimeField(null=True, blank=True)
    # When a worker next looks at it: the next wave, the next day of a continuous one. Empty: nothing more to begin.
    next_at = models.DateTimeField(null=True, blank=True)
    # {"eligible", "recipients", "skipped": {reason: n}}: the newest wave's; a continuous or trigger programme's in all.
    counts = models.JSONField(default=dict)
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def messages_a_day(self) -> int | None:
        """The cap as planning keeps it; calls are counted as they are made instead (`surveys.calling`)."""
        return None if self.channel == self.Channel.PHONE else self.daily_cap

    @property
    def medium(self) -> str:
        """What customers get, for the words about it."""
        return medium_of(self.channel)

    @property
    def text_channel(self) -> str:
        """The channel of the texts that it may send; empty where it writes mails alone, or calls."""
        if self.channel in (self.Channel.EMAIL, self.Channel.PHONE):
            return ""
        return self.Channel.WHATSAPP if self.channel == self.Channel.WHATSAPP else self.Channel.SMS

    @property
    def writes_mails(self) -> bool:
        """Whether mails leave for it, maybe texts beside them."""
        return self.channel in (self.Channel.EMAIL, self.Channel.EMAIL_OR_SMS)
