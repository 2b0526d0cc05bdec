"""Organisations, their units, the people who work in them, and the trace of what they did."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.roles import RIGHTS, Right, Role
from nps_platform.tenancy.scope import TenantModel


class Address(models.TextChoices):
    """How Spanish-speaking customers are addressed."""

    USTED = "usted", _("usted")
    TU = "tu", _("tú")
    VOS = "vos", _("vos")


class Language(models.TextChoices):
    EN = "en", "English"
    ES = "es", "Español"
    IT = "it", "Italiano"


def default_business_hours() -> dict[str, list[list[str]]]:
    """Monday to Friday, 9 to 18; keys are ISO weekdays "1"…"7", values spans of local time."""
    return {str(day): [["09:00", "18:00"]] for day in range(1, 6)}


class Organization(models.Model):
    """A company that asks its customers. Its programme's name and colour are what customers see."""

    slug = models.SlugField(unique=True, max_length=40)
    name = models.CharField(_("company name"), max_length=120)
    programme_name = models.CharField(_("programme name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.EN)
    country = models.CharField(
        _("country"),
        max_length=2,
        default="ES",
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, such as PE."))],
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, such as EUR."))],
    )
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Madrid")
    address_form = models.CharField(
        _("form of address in Spanish"), max_length=8, choices=Address, default=Address.USTED
    )
    brand_colour = models.CharField(
        _("brand colour"),
        max_length=7,
        default="#1f4e5f",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour such as #1f4e5f."))],
    )
    sender_name = models.CharField(_("sender name"), max_length=80, blank=True)
    reply_to = models.EmailField(_("reply-to address"), blank=True, help_text=_("An address that somebody reads."))
    postal_address = models.CharField(_("postal address"), max_length=200, blank=True)
    phone = models.CharField(_("telephone for customers"), max_length=40, blank=True)
    business_hours = models.JSONField(_("business hours"), default=default_business_hours)
    holidays = models.JSONField(_("holidays"), default=list, blank=True)
    first_contact_hours = models.PositiveSmallIntegerField(
        _("first contact target, business hours"), default=8, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    require_permission = models.BooleanField(_("ask only those who gave permission"), default=False)
    relational_quarantine_days = models.PositiveSmallIntegerField(_("quarantine, relational surveys"), default=90)
    transactional_quarantine_days = models.PositiveSmallIntegerField(_("quarantine, other surveys"), default=30)
    account_quarantine_days = models.PositiveSmallIntegerField(
        _("quarantine, contacts of one account"), default=0, db_default=0
    )
    # {country: {"from": "09:00", "to": "21:00", "weekdays": [1, …, 7]}}: when people who live there may be written to.
    contact_hours = models.JSONField(_("contact hours by country"), default=dict, blank=True)
    margin_percent = models.DecimalField(_("margin, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    discount_percent = models.DecimalField(_("yearly discount rate, %"), max_digits=5, decimal_places=2, default=10)
    churn_window_days = models.PositiveSmallIntegerField(_("churn window, days"), default=90)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def known_by_id(cls, pk: int) -> Organization:
        """The one with this id, without asking the database: what else is read of it is fetched at that moment."""
        return cls.from_db(DEFAULT_DB_ALIAS, ["id"], [pk])

    def clean(self) -> None:
        problems = {}
        if self.timezone not in available_timezones():
            problems["timezone"] = _("There is no such time zone.")
        if self.currency not in list_currencies():
            problems["currency"] = _("There is no such currency.")
        if problems:
            raise ValidationError(problems)

    @property
    def programme(self) -> str:
        """What customers see as the sender."""
        return self.programme_name or self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person who signs in by e-mail; may belong to several organisations."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_address")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return (self.name or self.email).split()[0]


class Membership(models.Model):
    """One person's place in one organisation. Asked for only by user or by organisation."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    manager = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    sees_personal_data = models.BooleanField(_("may see personal data"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="one_membership_per_person")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def works_on_cases(self) -> bool:
        return self.may(Right.CASES)

    def may(self, right: Right) -> bool:
        """Whether this membership holds `right`, by role or by the personal-data switch."""
        if right == Right.PERSONAL and self.sees_personal_data:
            return self.is_active
        return self.is_active and right in RIGHTS[self.role]


class Unit(TenantModel):
    """A part of the business (country, region, line, store): a tree; `path` lists the ancestors' ids, itself last."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("Country")
        REGION = "region", _("Region")
        LINE = "line", _("Line of business")
        STORE = "store", _("Store")

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REGION)
    path = models.CharField(max_length=255, editable=False, default="/")
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, default="", db_default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="", db_default="")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organization", "code"], name="unit_code_once_per_organization")]

    def __str__(self) -> str:
        return self.name


class Team(TenantModel):
    """People who share a queue of cases."""

    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="team_name_once_per_organization")]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantModel):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="team_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "membership"], name="one_place_per_team")]

    def __str__(self) -> str:
        return str(self.membership)


class MemberInvitation(TenantModel):
    """An open door for a colleague: the link in the mail carries a signed token of this row."""

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.AGENT)
    invited_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return not self.accepted_at and not self.withdrawn_at and self.expires_at > now()


class ApiKey(models.Model):
    """A program's way in. Only a hash of the secret is kept; the prefix names the organisation before any query."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class AuditEntry(TenantModel):
    """Who did what to what, written by actions, never changed. `data` holds no personal data beyond ids."""

    at = models.DateTimeField(default=now)
    actor = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    actor_label = models.CharField(max_length=160)
    action = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=40)
    target_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        # Serves the settings page's audit list, newest first.
        indexes = [models.Index(fields=["organization", "-id"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.action} {self.target_kind} {self.target_id}"


class Due(models.Model):
    """Outside the wall: which organisation has work of one kind, and from when. A sweep asks this table alone."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="one_due_per_kind")]
        # Serves the sweep: what is due by now.
        indexes = [models.Index(fields=["kind", "due_at"], name="due_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} from {self.due_at}"


class IdempotencyRecord(TenantModel):
    """The first answer to an API write that carried an Idempotency-Key; the same key again gets it back."""

    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key
