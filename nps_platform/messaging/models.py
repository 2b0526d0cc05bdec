"""The one ledger of everything that leaves."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer
from nps_platform.customers.storage import private_files
from nps_platform.tenancy.models import Membership, Organization
from nps_platform.tenancy.scope import TenantModel, current_organization


def mail_path(instance: object, filename: str) -> str:
    """A name that says nothing of the mail."""
    return f"mail/{current_organization().pk}/{uuid4().hex}"


class Message(TenantModel):
    """One mail or text, from owed to settled.

    To a customer or guest it is at-most-once: a row whose worker died while *sending* becomes *ambiguous* and waits for a
    person; to staff it is at-least-once. `kind` names the renderer (registered by the room that asked), `source_id` its row.
    """

    class Audience(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        STAFF = "staff", _("Colleague")
        GUEST = "guest", _("Guest")

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        WHATSAPP = "whatsapp", _("WhatsApp")
        CHAT = "chat", _("Chat room")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        HELD = "held", _("Held")
        CLAIMED = "claimed", _("Taken by a worker")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        BOUNCED = "bounced", _("Bounced")
        FAILED = "failed", _("Failed")
        AMBIGUOUS = "ambiguous", _("Uncertain")
        CANCELLED = "cancelled", _("Cancelled")

    # Rows by the million: keys are kept by statement (decision 25).
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, db_index=False, related_name="+", editable=False
    )
    kind = models.CharField(max_length=30)
    source_id = models.BigIntegerField(null=True)
    # The n-th message of its kind about its source: a second reminder is not the first one again.
    step = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Groups a run of messages for progress and pause (a programme's id for invitations and reminders).
    group_id = models.BigIntegerField(null=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.CUSTOMER)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL, db_default=Channel.EMAIL)
    to_address = models.CharField(_("to"), max_length=254)  # an e-mail address, a number in E.164, a chat's host
    to_name = models.CharField(max_length=200, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    language = models.CharField(max_length=8, default="en")
    # Empty for kinds whose renderer makes them again from rows that no longer change.
    subject = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    priority = models.SmallIntegerField(default=5)  # 1 first: alerts and replies go ahead of waves
    due_at = models.DateTimeField(default=timezone.now)
    claim = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=255, blank=True)  # our own Message-ID; a text's name at its gateway
    # Of a text: how many parts it went as, and what they cost by the organisation's prices.
    parts = models.PositiveSmallIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=5, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    error = models.CharField(max_length=300, blank=True)
    # What the provider told afterwards (its webhook). A mail refused while it was sent has no `bounced_at`: see `claimed_at`.
    delivered_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    complained_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            # Launching twice, or a task run twice, owes the same message once, whatever the address is by then. The source
            # stands first: PostgreSQL leaves a condition on the kind that the index has anyhow out of what it looks up.
            models.UniqueConstraint(
                fields=["organization", "source_id", "kind", "step"],
                condition=models.Q(kind__in=["invitation", "reminder"]),
                name="one_message_per_source",
            )
        ]
        indexes = [
            # Serves: what a worker takes next.
            models.Index(fields=["organization", "state", "channel", "priority", "due_at"], name="message_queue"),
            # Serves: a programme's progress, and how many of each state there are.
            models.Index(fields=["organization", "group_id", "kind", "state"], name="message_group"),
            # Serves: the outbox, newest first. Read backwards: rows go to an end that is known only where ids ascend.
            models.Index(fields=["organization", "id"], name="message_newest"),
            # Serves: the same of one programme, also while the server has not seen yet how large its wave is.
            models.Index(fields=["organization", "group_id", "id"], name="message_newest_of"),
            # Serves: bounces by domain, and a programme's share of them.
            models.Index(
                fields=["organization", "group_id"],
                include=["claimed_at", "to_address"],
                condition=models.Q(state="bounced"),
                name="message_bounced",
            ),
            # Serves: complaints, and a programme's share of them.
            models.Index(
                fields=["organization", "group_id"],
                include=["claimed_at"],
                condition=models.Q(complained_at__isnull=False),
                name="message_complained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_text(self) -> bool:
        """Whether it leaves by the text gateway."""
        return self.channel in (self.Channel.SMS, self.Channel.WHATSAPP)


class TextGateway(TenantModel):
    """Whom the organisation's texts leave by, and what a part of one costs."""

    class Provider(models.TextChoices):
        TWILIO = "twilio", _("Twilio, or a service that speaks its API")
        OUTBOX = "outbox", _("None: texts stay in the outbox, to try it out")

    provider = models.CharField(_("gateway"), max_length=10, choices=Provider, default=Provider.TWILIO)
    account_sid = models.CharField(_("account"), max_length=64, blank=True)
    sealed_token = models.TextField(blank=True)  # `lib.sealing`
    sms_from = models.CharField(_("SMS come from"), max_length=40, blank=True)
    whatsapp_from = models.CharField(_("WhatsApp messages come from"), max_length=16, blank=True)
    # Contents that WhatsApp approved, by language: {"es": "HX…"}.
    templates = models.JSONField(_("approved WhatsApp templates"), default=dict, blank=True)
    sms_price = models.DecimalField(_("price of an SMS part"), max_digits=8, decimal_places=5, null=True, blank=True)
    whatsapp_price = models.DecimalField(
        _("price of a WhatsApp message"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    currency = models.CharField(_("currency of the prices"), max_length=3, blank=True)
    per_second = models.PositiveSmallIntegerField(
        _("at most a second"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # Why nothing leaves at the moment, in the gateway's words.
    problem = models.CharField(max_length=300, blank=True)
    problem_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_text_gateway")]

    def __str__(self) -> str:
        return str(self.get_provider_display())

    def takes(self, channel: str) -> bool:
        """Whether texts can leave by `channel`."""
        if self.provider == self.Provider.OUTBOX:
            return True
        return bool(self.sms_from if channel == Message.Channel.SMS else self.whatsapp_from)

    def price_of(self, channel: str) -> Decimal | None:
        """What one part costs, in `currency`; None where nobody said."""
        return self.sms_price if channel == Message.Channel.SMS else self.whatsapp_price


class SenderCheck(TenantModel):
    """One look-up of what the DNS says about the domain that mails come from: SPF, DKIM, DMARC."""

    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    # The texts found: {"spf": {...}, "dkim": {...}, "dmarc": {...}}, as `sender_records.Found` writes them.
    found = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        # Serves: the newest look-up.
        indexes = [models.Index(fields=["organization", "-id"], name="sender_check_newest")]

    def __str__(self) -> str:
        return self.domain


class InboundMail(TenantModel):
    """A mail that came in, from taken to placed: once, however often it is delivered (`key`).

    The mail itself lies in `raw` until a room has taken what it needs, or a person has decided about it.
    """

    class State(models.TextChoices):
        TAKEN = "taken", _("Being read")
        PLACED = "placed", _("Placed")
        UNPLACED = "unplaced", _("Waits for a person")
        FAILED = "failed", _("Can't be read")
        DISCARDED = "discarded", _("Discarded")

    key = models.CharField(max_length=64)
    # The mailbox's own name for it ("INBOX/UIDVALIDITY/UID"), so that it is not fetched again; empty for a webhook's.
    uid = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.TAKEN)
    # What it answers: a signed address (its door and id), or a message of ours that it refers to (`Door.MAIL`).
    door = models.PositiveSmallIntegerField(null=True)
    named_id = models.BigIntegerField(null=True)
    from_address = models.CharField(max_length=254, blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    quoted = models.TextField(blank=True)
    # Why no person wrote it (`incoming.arrived`); empty for one of a person's.
    automatic = models.CharField(max_length=20, blank=True)
    # Too large to be taken whole: how large; its files stay in the mailbox.
    cut_at = models.BigIntegerField(null=True)
    raw = models.FileField(upload_to=mail_path, storage=private_files, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="one_mail_once")]
        indexes = [
            # Serves: what is to be read, and what waits for a person.
            models.Index(fields=["organization", "state", "id"], name="inbound_state"),
            # Serves: how many came from one address lately, and what an erased person wrote.
            models.Index(fields=["organization", "from_address", "received_at"], name="inbound_from"),
            models.Index(fields=["organization", "uid"], condition=~models.Q(uid=""), name="inbound_uid"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class SeenMail(models.Model):
    """A mail of the deployment's mailbox that was taken, by the mailbox's own name for it. Outside the wall: it says no more."""

    name = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
