"""Who may be asked, and what they are worth."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.storage import import_path, private_files
from nps_platform.lib.folding import folded_column
from nps_platform.tenancy.models import Language, Membership, Unit
from nps_platform.tenancy.scope import TenantModel


class AttributeDefinition(TenantModel):
    """An attribute that the organisation gives its customers or accounts: typed, named in its words."""

    class Entity(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        ACCOUNT = "account", _("Account")

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        BOOLEAN = "boolean", _("Yes or no")
        CHOICE = "choice", _("Choice")

    entity = models.CharField(max_length=10, choices=Entity, default=Entity.CUSTOMER)
    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("type"), max_length=10, choices=Kind, default=Kind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["label"]
        constraints = [models.UniqueConstraint(fields=["organization", "entity", "key"], name="attribute_key_once")]

    def __str__(self) -> str:
        return self.label


class Account(TenantModel):
    """A company that several customers may belong to."""

    external_id = models.CharField(_("account number"), max_length=100)
    name = models.CharField(_("name"), max_length=200)
    folded = folded_column("name", "external_id")
    unit = models.ForeignKey(
        Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="accounts", verbose_name=_("unit")
    )
    owner = models.ForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account manager"),
    )
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "external_id"], name="account_number_once")]

    def __str__(self) -> str:
        return self.name


class Customer(TenantModel):
    """A person who may be asked. Known by `external_id`, else by e-mail. An erased one keeps neither name nor address."""

    external_id = models.CharField(_("customer number"), max_length=100, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    # Lower-case twin kept by the database: an expression index would lose its use under row-level security.
    email_lower = models.GeneratedField(
        expression=Lower("email"), output_field=models.CharField(max_length=254), db_persist=True
    )
    folded = folded_column("name", "email", "external_id")
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    # `phone` as one dials it and as text messages carry it (both E.164), written with it; empty where it is no number, or
    # takes no texts.
    dialled = models.CharField(max_length=16, blank=True, default="", db_default="", editable=False)
    mobile = models.CharField(max_length=16, blank=True, default="", db_default="", editable=False)
    language = models.CharField(
        _("language"), max_length=8, blank=True, help_text=_("Empty: the organisation's language.")
    )
    account = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts", verbose_name=_("account")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers", verbose_name=_("unit")
    )
    joined_on = models.DateField(_("customer since"), null=True, blank=True)
    lost_on = models.DateField(_("declared lost on"), null=True, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Empty: the unit's, else the organisation's.
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, default="", db_default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "external_id"], name="customer_number_once")]
        indexes = [
            # Serves: find by address (import without number, inbound mail, suppression join).
            models.Index(fields=["organization", "email_lower"], name="customer_by_email"),
            # Serves: whose number a text came from; who shares one.
            models.Index(fields=["organization", "mobile"], name="customer_by_mobile"),
            # Serves: whose number is on a list of those who are not called; who shares one.
            models.Index(fields=["organization", "dialled"], name="customer_by_dialled"),
            # Serves: the customers list, newest first, keyset.
            models.Index(fields=["organization", "-id"], name="customer_newest"),
        ]

    def __str__(self) -> str:
        if self.erased_at:
            return gettext("Erased customer")
        return self.name or self.external_id or self.email or f"#{self.pk}"

    @property
    def first_name(self) -> str:
        """The first word of the name, for salutations; empty where none is known."""
        return self.name.split()[0] if self.name else ""

    def language_for(self, languages: list[str]) -> str:
        """The first of: own language, organisation's language, the survey's first, that the survey speaks."""
        for wanted in (self.language, self.organization.language):
            if wanted in languages:
                return wanted
        return languages[0] if languages else Language.EN


class CustomerPermission(TenantModel):
    """One statement of a customer about being written to; the newest per purpose and channel holds."""

    class Purpose(models.TextChoices):
        FEEDBACK = "feedback", _("Feedback")
        OFFERS = "offers", _("Offers")
        REFERRAL = "referral", _("Referral")

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        WHATSAPP = "whatsapp", _("WhatsApp")
        PHONE = "phone", _("Telephone")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="permissions")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    granted = models.BooleanField(_("granted"), default=True)
    basis = models.CharField(_("basis"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    text_version = models.CharField(_("version of the text"), max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        # Serves: the newest statement of each customer for one purpose and channel.
        indexes = [
            models.Index(fields=["organization", "purpose", "channel", "customer", "-at"], name="permission_newest")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel}"


class RevenueEntry(TenantModel):
    """What one customer brought in one month, in one currency. An unknown customer's row is kept, unmatched."""

    # The number as the file gave it; it also keeps the row apart while no customer matches.
    customer_ref = models.CharField(_("customer number"), max_length=100)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="revenue")
    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="revenue")
    period = models.DateField(_("month"), help_text=_("The first day of the month."))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    # Revenue of an erased customer keeps counting, under its own heading.
    is_erased = models.BooleanField(default=False, editable=False)
    import_job = models.ForeignKey(
        "customers.ImportJob", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "customer_ref", "period", "currency"], name="one_revenue_per_month"
            )
        ]
        indexes = [
            # Serves: sums by period for all customers, and one customer's months.
            models.Index(
                fields=["organization", "period", "customer"], include=["amount", "currency"], name="revenue_by_period"
            ),
            models.Index(fields=["organization", "customer", "period"], include=["amount"], name="revenue_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_ref} {self.period:%Y-%m} {self.amount} {self.currency}"


class Segment(TenantModel):
    """A saved, safe filter on customers. `rules`: {"match": "all"|"any", "conditions": [{"field", "operator", "value"}]}."""

    name = models.CharField(_("name"), max_length=80)
    rules = models.JSONField(default=dict)
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="segment_name_once")]

    def __str__(self) -> str:
        return self.name


class Suppression(TenantModel):
    """An address that is not written to again, why, and since when."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        COMPLAINED = "complained", _("Complained")
        BOUNCED = "bounced", _("Bounced")
        ERASED = "erased", _("Erased")
        SUPPRESSED = "suppressed", _("Suppressed by us")

    # Lower case; for an erased person only a keyed hash ("sha256:…"), so that an import can't bring them back.
    address = models.CharField(_("address"), max_length=254)
    channel = models.CharField(
        _("channel"), max_length=10, choices=CustomerPermission.Channel, default=CustomerPermission.Channel.EMAIL
    )
    reason = models.CharField(_("reason"), max_length=14, choices=Reason)
    customer = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="suppressions"
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "channel", "address"], name="one_suppression_per_address")
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}"


class ImportJob(TenantModel):
    """One file on its way in: uploaded → mapped → dry run → running → done. Counters move while it works."""

    class Kind(models.TextChoices):
        CUSTOMERS = "customers", _("Customers")
        REVENUE = "revenue", _("Revenue")
        RESPONSES = "responses", _("Answers")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Choose columns")
        CHECKING = "checking", _("Trying it out")
        CHECKED = "checked", _("Ready to import")
        RUNNING = "running", _("Importing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    file = models.FileField(upload_to=import_path, storage=private_files, blank=True)
    file_name = models.CharField(max_length=255)
    file_bytes = models.BigIntegerField(default=0)
    # What was read off the file or chosen: encoding, delimiter, decimal_comma, day_first, currency, period.
    reading = models.JSONField(default=dict)
    header = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)  # column index (as text) → field name
    rows_total = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    # {"created", "updated", "unchanged", "refused", "unmatched", "amount"}: the dry run's and the real run's.
    foreseen = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    problem = models.CharField(max_length=60, blank=True)
    started_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # The worker says it still lives; a sweep takes up a run whose worker went silent.
    heartbeat_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return self.file_name


class ImportRowError(TenantModel):
    """Why one row was refused; the message is made from `code` in the reader's language."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="row_errors")
    row_number = models.PositiveBigIntegerField()
    field = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=60)
    value = models.CharField(max_length=200, blank=True)
    row = models.JSONField(default=list)  # the row as it stood, for the file that is given back

    class Meta:
        indexes = [models.Index(fields=["organization", "job", "row_number"], name="import_errors_in_order")]

    def __str__(self) -> str:
        return f"row {self.row_number}: {self.code}"
