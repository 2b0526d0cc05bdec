"""What they answered."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Account, Customer
from nps_platform.lib.folding import folded_column
from nps_platform.lib.nps import NpsClass
from nps_platform.lib.signing import Door, make_token
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.scope import TenantModel
from surveys.authoring.content import Content, QuestionKind, content_for
from surveys.models import FEWEST, Collector, Invitation, Stage, Survey, SurveyKind, SurveyVersion, Touchpoint


class Response(TenantModel):
    """One confirmed answer. What it is counted by (kind, touchpoint, unit, account) is written beside it and stays as it was."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        WHATSAPP = "whatsapp", _("WhatsApp")
        LINK = "link", _("Open link")
        KIOSK = "kiosk", _("Tablet")
        EMBED = "embed", _("Website")
        PHONE = "phone", _("Telephone")
        IMPORT = "import", _("Import")
        API = "api", _("API")

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    # What was seen when answering.
    version = models.ForeignKey(
        SurveyVersion, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=14, choices=SurveyKind)
    invitation = models.ForeignKey(
        Invitation, on_delete=models.SET_NULL, null=True, blank=True, related_name="responses"
    )
    # Where it was given by whom we had not invited.
    collector = models.ForeignKey(
        Collector, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="responses"
    )
    # The code on the receipt that the answer is about; one answer each.
    receipt = models.CharField(max_length=40, blank=True, db_default="")
    # The device's own name for an answer that it kept while the network was gone: sent twice, it is one answer.
    client_key = models.UUIDField(null=True, blank=True, editable=False)
    # Whom to get back to, where a visitor wished it and said how: an e-mail address or a telephone number.
    visitor_name = models.CharField(max_length=120, blank=True, db_default="")
    visitor_address = models.CharField(max_length=254, blank=True, db_default="")
    visitor_folded = folded_column("visitor_name", "visitor_address", "receipt")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="responses")
    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="responses")
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    stage = models.ForeignKey(Stage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"))
    nps_class = models.CharField(max_length=10, choices=[(c.value, c.label) for c in NpsClass if c != NpsClass.SILENT])
    comment = models.TextField(_("comment"), blank=True)
    folded = folded_column("comment")
    wants_contact = models.BooleanField(_("wants to be contacted"), null=True)
    language = models.CharField(max_length=8, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    answered_at = models.DateTimeField(_("answered at"))
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    corrected_at = models.DateTimeField(null=True, blank=True)
    # Set by the company's first contact: from then on a new score is kept as *after contact*, outside NPS (METHOD §1).
    contacted_at = models.DateTimeField(null=True, blank=True)
    # Claimed by the room above when it has decided about a case: the row is the truth, the signal only a nudge.
    followed_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invitation"], condition=models.Q(invitation__isnull=False), name="one_answer_per_invitation"
            ),
            models.UniqueConstraint(
                fields=["collector", "receipt"], condition=~models.Q(receipt=""), name="one_answer_per_receipt"
            ),
            models.UniqueConstraint(
                fields=["organization", "client_key"],
                condition=models.Q(client_key__isnull=False),
                name="one_answer_per_client_key",
            ),
            models.CheckConstraint(condition=models.Q(score__gte=0, score__lte=10), name="score_0_to_10"),
            # They are kept as EmployeeGroup: nothing that reads answers could come upon one.
            models.CheckConstraint(condition=~models.Q(kind=SurveyKind.EMPLOYEE), name="employees_answer_apart"),
        ]
        indexes = [
            # Serves: scores over time by kind.
            models.Index(
                fields=["organization", "kind", "answered_at"], include=["score", "nps_class"], name="response_by_kind"
            ),
            # Serves: a customer's last answer as of a date, and their history.
            models.Index(fields=["organization", "customer", "-answered_at"], name="response_by_customer"),
            # Serves: comments beside the charts, newest first.
            models.Index(fields=["organization", "-answered_at"], name="response_newest"),
            # Serves: what came in at one place, newest first.
            models.Index(
                fields=["organization", "collector", "-answered_at"],
                condition=models.Q(collector__isnull=False),
                name="response_by_collector",
            ),
            # Serves: the sweep for answers nobody followed up.
            models.Index(
                fields=["organization", "id"],
                condition=models.Q(followed_up_at__isnull=True),
                name="response_unfollowed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}"

    @property
    def visitor(self) -> str:
        """What a visitor calls themselves, else how they can be reached; empty for everybody else."""
        return self.visitor_name or self.visitor_address

    @property
    def who(self) -> str:
        """Whose answer it is, as far as we know."""
        return str(self.customer or self.visitor or self.account or "")

    @property
    def content(self) -> Content:
        """The survey as it was seen when answering."""
        return self.version.parsed if self.version else content_for(self.survey)

    @property
    def loop_token(self) -> str:
        """The customer's own door back to this answer."""
        return make_token(Door.LOOP, self.organization_id, self.pk)


class Answer(TenantModel):
    """What was answered to one of the survey's further questions; score, comment and consent stand in the response itself.

    `number` for scales, `choices` (option keys) where something was chosen, `text` for words.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=QuestionKind)
    number = models.SmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    folded = folded_column("text")
    choices = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "response", "key"], name="one_answer_per_question")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def value(self) -> int | str | list[str]:
        """As the API and files write it."""
        if self.kind in (QuestionKind.CHOICE, QuestionKind.MULTIPLE):
            chosen: list[str] = self.choices
            return chosen if self.kind == QuestionKind.MULTIPLE else "".join(chosen[:1])
        return self.text if self.number is None else self.number


class ScoreChange(TenantModel):
    """What an answer said before it was corrected, or what was given after contact; never enters NPS."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        AFTER_CONTACT = "after_contact", _("After contact")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=14, choices=Kind)
    # correction: the score, comment and further answers (by question) that were replaced; after contact: the new score and comment.
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    answers = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.score}"


class ProvisionalAnswer(TenantModel):
    """What a person began on the page and did not send. It is no answer: it enters no figure and opens no case, is hidden
    once the person confirms, and goes with the person."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "invitation"], name="one_provisional_per_invitation"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__lte=10), name="provisional_score_0_to_10"
            ),
        ]
        # Serves: what was begun lately, beside the comments.
        indexes = [models.Index(fields=["organization", "-touched_at"], name="provisional_newest")]

    def __str__(self) -> str:
        return f"began {self.invitation_id}"


class EmployeeGroup(TenantModel):
    """What some employees of one unit answered within one quarter, in sums and in words without an order: nobody's own answer
    is kept anywhere (docs/decisions/0024).

    A group gathers answers; once it holds FEWEST or more it may be shown, and is closed then: who answers later begins the
    next one. Each figure is a sum of closed groups, so that no two figures, and no two looks at one, differ by fewer people.
    """

    class State(models.TextChoices):
        GATHERING = "gathering", "gathering"
        # Counted under its unit, and in every total.
        UNIT = "unit", "unit"
        # With other units' remainders of a quarter that is over: counted in totals alone.
        POOL = "pool", "pool"

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="employee_groups")
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # Its first day. No finer time is kept.
    quarter = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.GATHERING)
    # People; the scores they gave, 0 to 10.
    n = models.PositiveIntegerField(default=0)
    scores = models.JSONField(default=list)
    # The further questions: {question: {number or option: people, "": people who answered it}}.
    tallies = models.JSONField(default=dict)
    # Free words, shuffled: {"key": question, "" for the comment; "nps_class"; "text"}.
    words = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="gathering") | models.Q(state="pool") | models.Q(n__gte=FEWEST),
                name="shown_groups_are_five_or_more",
            )
        ]
        indexes = [
            # Serves: the figures of one quarter, and the group that gathers there.
            models.Index(fields=["organization", "quarter", "state"], name="employee_group_by_quarter")
        ]

    def __str__(self) -> str:
        return f"{self.quarter:%Y-%m}: {self.n}"
