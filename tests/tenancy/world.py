"""Two organisations with one of everything, ids that never meet, and a word of their own in every text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from closeloop.models import (
    Alert,
    AlertRule,
    BulkItem,
    BulkWork,
    CannedReply,
    Case,
    CaseEvent,
    CaseFile,
    CasePolicy,
    CaseTag,
    ChatRoom,
    ChurnRate,
    DataRequest,
    Draft,
    EscalationStep,
    Forward,
    Grant,
    LoopSettings,
    Pledge,
    QuietHours,
    Remedy,
    RemedyLimit,
    RootCause,
    RuleEndpoint,
    RuleRoom,
    SavedView,
    Tag,
)
from nps_platform.customers.models import (
    Account,
    AttributeDefinition,
    Customer,
    ImportJob,
    ImportRowError,
    RevenueEntry,
    Segment,
    Suppression,
)
from nps_platform.exports.models import Export
from nps_platform.lib.sealing import seal
from nps_platform.messaging.models import InboundMail, Message, SenderCheck
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import ApiKey, MemberInvitation, Membership, Organization, Team, TeamMember, Unit, User
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from nps_platform.webhooks.models import Delivery, Endpoint, Event
from responses.models import ProvisionalAnswer, Response, ScoreChange
from surveys.models import (
    CallTask,
    Collector,
    Incident,
    Invitation,
    Programme,
    QualitativeNote,
    Stage,
    Survey,
    SurveyVersion,
    Touchpoint,
)
from tests.surveys.contents import content, question, thanks

TEXTS = {"en": {"text": "?", "title": "?", "body": "?"}}


@dataclass(frozen=True)
class World:
    """One organisation, furnished: every row has the id `id`, every text holds `word`."""

    organization: Organization
    owner: Membership
    id: int
    word: str

    @property
    def words(self) -> tuple[str, ...]:
        """What may never be read in the other organisation, in small letters."""
        return (self.word, self.organization.name.lower(), f"/o/{self.organization.slug}/")


def furnish(organization: Organization, owner: Membership, *, id: int, word: str) -> World:  # noqa: A002
    """One row of every table that a route can name."""
    world = World(organization, owner, id, word)
    with entered(organization):
        _people(world)
        _customers(world)
        _asking(world)
        _acting(world)
        _telling(world)
        audit.record("team.created", None, by=None, label=word)
    return world


def _people(world: World) -> None:
    user = User.objects.create(email=f"{world.word}@{world.word}.example", name=f"Person {world.word}")
    member = Membership.objects.create(
        pk=world.id, organization=world.organization, user=user, role=Role.AGENT, job_title=world.word
    )
    unit = Unit.objects.create(pk=world.id, name=f"Unit {world.word}", code=world.word, path=f"/{world.id}/")
    assert unit.path
    team = Team.objects.create(pk=world.id, name=f"Team {world.word}")
    TeamMember.objects.create(pk=world.id, team=team, membership=member)
    tomorrow = timezone.now() + timedelta(days=1)
    MemberInvitation.objects.create(pk=world.id, email=f"invited@{world.word}.example", expires_at=tomorrow)
    ApiKey.objects.create(
        pk=world.id, organization=world.organization, name=f"Key {world.word}", prefix=world.word, secret_hash="-"
    )


def _customers(world: World) -> None:
    word, same = world.word, {"pk": world.id}
    AttributeDefinition.objects.create(**same, key=word, label=f"Attribute {word}")
    account = Account.objects.create(**same, external_id=f"{word}-account", name=f"Account {word}", unit_id=world.id)
    customer = Customer.objects.create(
        **same,
        external_id=f"{word}-customer",
        name=f"Customer {word}",
        email=f"customer@{word}.example",
        account=account,
        unit_id=world.id,
        attributes={word: word},
    )
    job = ImportJob.objects.create(**same, kind="revenue", state="done", file_name=f"{word}.csv", header=[word])
    ImportRowError.objects.create(**same, job=job, row_number=2, code="email", value=word, row=[word])
    RevenueEntry.objects.create(
        **same, customer_ref=f"{word}-customer", customer=customer, period=date(2026, 3, 1), amount=70, currency="EUR"
    )
    RevenueEntry.objects.create(
        pk=world.id + 1, customer_ref=f"{word}-nobody", period=date(2026, 3, 1), amount=7, currency="EUR"
    )
    rules = {"match": "all", "rules": [{"field": "name", "operator": "contains", "value": word}]}
    Segment.objects.create(**same, name=f"Segment {word}", rules=rules)
    Suppression.objects.create(
        **same, address=f"customer@{word}.example", reason="unsubscribed", note=word, customer=customer
    )


def _asking(world: World) -> None:
    word, same = world.word, {"pk": world.id}
    stage = Stage.objects.create(**same, name=f"Stage {word}")
    touchpoint = Touchpoint.objects.create(**same, stage=stage, name=f"Touchpoint {word}")
    QualitativeNote.objects.create(
        **same, touchpoint=touchpoint, held_on=timezone.localdate(), who=word, text=f"Note {word}", quotes=word
    )
    said = content(
        question("nps", "nps", f"How likely, {word}?"),
        subject=word,
        thanks=tuple(thanks(c, word) for c in ("promoter", "passive", "detractor")),
    )
    survey = Survey.objects.create(**same, name=f"Survey {word}", state=Survey.State.PUBLISHED, draft=said.dump())
    survey.published = SurveyVersion.objects.create(**same, survey=survey, number=1, content=said.dump())
    survey.save()
    programme = Programme.objects.create(
        **same, name=f"Wave {word}", survey=survey, state=Programme.State.RUNNING, mode=Programme.Mode.TRIGGER
    )
    second = {"pk": world.id + 1}
    after = Survey.objects.create(
        **second, name=f"After {word}", state=Survey.State.PUBLISHED, draft=said.dump(), touchpoint=touchpoint
    )
    after.published = SurveyVersion.objects.create(**second, survey=after, number=1, content=said.dump())
    after.save()
    Programme.objects.create(
        **second, name=f"Trigger {word}", survey=after, mode="trigger", state=Programme.State.RUNNING
    )
    Incident.objects.create(**same, unit_id=world.id, note=f"Incident {word}")
    Collector.objects.create(**same, kind="link", name=f"Place {word}", survey=survey, unit_id=world.id)
    Collector.objects.create(pk=world.id + 1, kind="kiosk", name=f"Tablet {word}", survey=survey)
    Collector.objects.create(pk=world.id + 2, kind="embed", name=f"Website {word}", survey=survey, secret=word)
    invitation = Invitation.objects.create(
        **same,
        programme=programme,
        survey=survey,
        customer_id=world.id,
        language="en",
        state="sent",
        sent_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=9),
    )
    CallTask.objects.create(
        **same, invitation=invitation, customer_id=world.id, due_at=timezone.now(), claimed_by=world.owner
    )
    SenderCheck.objects.create(**same, domain=f"{word}.example")
    Message.objects.create(
        **same,
        kind="invitation",
        source_id=invitation.pk,
        group_id=programme.pk,
        to_address=f"customer@{word}.example",
        customer_id=world.id,
        state="sent",
        subject=word,
        text=word,
    )


def _acting(world: World) -> None:
    word, same = world.word, {"pk": world.id}
    now = timezone.now()
    ProvisionalAnswer.objects.create(
        **same, invitation_id=world.id, customer_id=world.id, score=3, comment=f"Began {word}"
    )
    response = Response.objects.create(
        **same,
        survey_id=world.id,
        kind="relational",
        collector_id=world.id,
        customer_id=world.id,
        account_id=world.id,
        unit_id=world.id,
        stage_id=world.id,
        touchpoint_id=world.id,
        score=2,
        nps_class="detractor",
        comment=f"Comment {word}",
        answered_at=now,
        followed_up_at=now,
    )
    ScoreChange.objects.create(**same, response=response, kind="correction", score=5, comment=word)
    rule = AlertRule.objects.create(**same, name=f"Rule {word}", classes=["detractor"], words=[word])
    room = ChatRoom.objects.create(**same, name=f"Room {word}", sealed_url=seal(f"https://{word}.example/"), host=word)
    RuleRoom.objects.create(**same, rule=rule, room=room)
    RuleEndpoint.objects.create(**same, rule=rule, endpoint_id=world.id)
    QuietHours.objects.create(**same, starts=time(20), ends=time(8))
    Alert.objects.create(**same, rule=rule, response=response, room=room)
    RootCause.objects.create(**same, key=word, name=f"Cause {word}")
    canned = CannedReply.objects.create(**same, name=f"Canned {word}", text=word)
    policy = CasePolicy.objects.create(**same, name=f"Deadline {word}", contact_minutes=60)
    EscalationStep.objects.create(**same, policy=policy, whom="person", person_id=world.id)
    case = Case.objects.create(
        **same,
        number=world.id,
        response=response,
        customer_id=world.id,
        account_id=world.id,
        rule=rule,
        nps_class="detractor",
        team_id=world.id,
        assignee_id=world.id,
        due_at=now + timedelta(hours=8),
    )
    tag = Tag.objects.create(**same, name=f"Tag {word}")
    CaseTag.objects.create(**same, case=case, tag=tag)
    ChurnRate.objects.create(**same, nps_class="detractor", share="0.3")
    SavedView.objects.create(**same, owner_id=world.id, name=f"View {word}", sharing="everybody")
    work = BulkWork.objects.create(**same, kind="tag", by_id=world.id, data={"add": [word]}, total=1)
    BulkItem.objects.create(**same, work=work, case=case)
    Draft.objects.create(**same, case=case, author=world.owner, tab="note", text=f"Draft {word}")
    LoopSettings.objects.create(**same)
    Pledge.objects.create(**same, case=case, text=f"Promise {word}", due_on=now.date(), remind_on=now.date())
    remedy = Remedy.objects.create(**same, name=f"Remedy {word}", cost=10)
    RemedyLimit.objects.create(**same, role="agent", per_grant=5)
    Grant.objects.create(**same, case=case, remedy=remedy, cost=10, currency="EUR", state="asked", note=word)
    DataRequest.objects.create(
        **same, kind="copy", response=response, customer_id=world.id, expires_at=now + timedelta(days=7)
    )
    mail = InboundMail.objects.create(
        **same, key=word, state="unplaced", from_address=f"mail@{word}.example", subject=f"Mail {word}", text=word
    )
    event = CaseEvent.objects.create(**same, case=case, kind="note", text=f"Note {word}", mail=mail)
    CaseFile.objects.create(
        **same,
        case=case,
        event=event,
        canned=canned,
        name=f"{word}.txt",
        kind="text/plain",
        size=4,
        file=ContentFile(b"file", name="file"),
    )
    Forward.objects.create(
        **same, case=case, email=f"guest@{word}.example", text=word, expires_at=now + timedelta(days=7)
    )


def _telling(world: World) -> None:
    word, same = world.word, {"pk": world.id}
    # Off, so that nothing is sent to it by whatever else happens here.
    endpoint = Endpoint.objects.create(
        **same,
        url=f"https://{word}.example/hook",
        description=f"Hook {word}",
        sealed_secret=seal("whsec_AAAA"),
        off="paused",
    )
    event = Event.objects.create(**same, data={"customer": word}, customer_id=world.id)
    Delivery.objects.create(**same, endpoint=endpoint, event=event, kind="case.opened", state="failed")
    Export.objects.create(**same, kind="cases", state="gone", asked_by_label=f"Key {word}", query=f"q={word}")
