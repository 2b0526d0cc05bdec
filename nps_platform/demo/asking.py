"""Two years of waves and of surveys after interactions, played month by month so that one answer shapes the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.utils import timezone

from nps_platform.customers.models import Customer, Suppression
from nps_platform.demo.surveys import Asking, answers_to
from nps_platform.demo.voices import TAILS, VOICES
from nps_platform.demo.world import ASKED_ABOUT, MONTHS, TOPIC_WEIGHTS, Person, first_of_month, may_leave, score_of
from nps_platform.lib.nps import class_of
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership
from responses.models import Answer, Response
from surveys.models import Invitation, Programme, SkipReason, Survey, SurveyVersion, Touchpoint, Wave
from surveys.planning.preparing import Plan, dues_of

ZONE = ZoneInfo("Europe/Madrid")
MONTH_NAMES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


@dataclass
class Asked:
    """One invitation on its way to a row, with the answer it may get."""

    person: Person
    at: datetime
    score: int | None = None
    answered_at: datetime | None = None
    comment: str = ""
    topic: str = ""
    wants_contact: bool | None = None


@dataclass
class Round:
    """One programme: a survey sent to many on one day."""

    survey: Survey
    version: SurveyVersion
    touchpoint: str | None
    at: datetime
    asked: list[Asked]
    skipped: dict[str, list[Person]]
    running: bool = False


def play(random: Random, today: date, people: list[Person], surveys: dict[str | None, Asking]) -> list[Round]:
    """Two years, month by month: relational waves each quarter, the touchpoints in between, people leaving."""
    unreachable = _unreachable()
    rounds = []
    for month in range(-MONTHS + 1, 0):
        for person in people:
            if person.lost_month is None and person.active_in(month) and may_leave(random, person, month):
                person.lost_month = month
        active = [p for p in people if p.active_in(month)]
        # The relational survey asks a third of the customers each month, so each of them once a quarter.
        third = [p for p in active if p.number % 3 == month % 3]
        rounds.append(_round(random, today, month, third, surveys[None], None, 10, unreachable))
        touchpoint = ASKED_ABOUT[month % 3]
        some = random.sample(active, min(len(active), 560))
        rounds.append(_round(random, today, month, some, surveys[touchpoint], touchpoint, 5, unreachable))
    rounds.append(_current_round(random, people, surveys[None], unreachable))
    return rounds


def _unreachable() -> dict[int, str]:
    """customer id → why they can't be asked."""
    reasons = {s.customer_id: s.reason for s in Suppression.objects.all() if s.customer_id}
    for pk in Customer.objects.filter(email="").values_list("pk", flat=True):
        reasons[pk] = SkipReason.NO_ADDRESS
    return reasons


def _round(
    random: Random,
    today: date,
    month: int,
    people: list[Person],
    survey: Asking,
    touchpoint: str | None,
    day: int,
    unreachable: dict[int, str],
) -> Round:
    at = datetime.combine(first_of_month(today, month) + timedelta(days=day - 1), time(9, 30), ZONE)
    return _ask(random, people, survey, touchpoint, at, month, unreachable)


def _current_round(random: Random, people: list[Person], survey: Asking, unreachable: dict[int, str]) -> Round:
    """The wave that is out now: launched two days ago, answers still coming in."""
    now = timezone.now()
    at = (now - timedelta(days=2)).astimezone(ZONE).replace(hour=9, minute=30, second=0, microsecond=0)
    wave = _ask(random, [p for p in people if p.active_in(0) and p.number % 3 == 0], survey, None, at, 0, unreachable)
    wave.running = True
    for asked in wave.asked:
        if asked.answered_at and asked.answered_at > now - timedelta(minutes=20):
            asked.score = asked.answered_at = None
    return wave


def _ask(
    random: Random,
    people: list[Person],
    survey: Asking,
    touchpoint: str | None,
    at: datetime,
    month: int,
    unreachable: dict[int, str],
) -> Round:
    asked: list[Asked] = []
    skipped: dict[str, list[Person]] = {}
    for index, person in enumerate(people):
        reason = unreachable.get(person.customer_id)
        if reason:
            skipped.setdefault(reason, []).append(person)
            continue
        invitation = Asked(person, at + timedelta(seconds=index * 0.2))
        if random.random() < (0.22 if touchpoint is None else 0.335) + 0.02 * abs(person.mood - 7.5):
            _answer(random, invitation, touchpoint, month)
        asked.append(invitation)
    return Round(survey.survey, survey.version_at(at), touchpoint, at, asked, skipped)


def _answer(random: Random, asked: Asked, touchpoint: str | None, month: int) -> None:
    person = asked.person
    asked.score = score_of(random, person, touchpoint, month)
    asked.answered_at = asked.at + timedelta(minutes=2, hours=random.expovariate(1 / 15))
    group = class_of(asked.score).value
    asked.topic = touchpoint or random.choices(list(TOPIC_WEIGHTS), list(TOPIC_WEIGHTS.values()))[0]
    if touchpoint is None and group == "detractor" and month > -8 and random.random() < 0.3:
        asked.topic = "billing"
    if random.random() < (0.62 if group == "detractor" else 0.4):
        asked.comment = _comment(random, person.language, asked.topic, group)
    asked.wants_contact = random.random() < 0.72 if group == "detractor" else random.random() < 0.12
    person.history.append((asked.answered_at, asked.score))
    # Detractors who are reached soon think better of the company afterwards: what "recovered" will find.
    if group == "detractor" and random.random() < 0.24:
        person.reached, person.mood = True, person.mood + random.uniform(0.6, 2.2)


def _comment(random: Random, language: str, topic: str, group: str) -> str:
    voices = VOICES[language]
    text = random.choice(voices[topic][group])
    if random.random() < 0.22:
        text += " " + random.choice(voices[random.choice(list(voices))][group])
    if random.random() < 0.3:
        text += " " + random.choice(TAILS[language][group])
    return text


def write(
    random: Random,
    rounds: list[Round],
    by: Membership,
    touchpoints: dict[str, Touchpoint],
    customers: dict[int, Customer],
) -> list[Response]:
    """Programmes, invitations, messages and answers as rows, in the order they happened."""
    responses = []
    for item in rounds:
        wave = _wave(_programme(item, by))
        programme = wave.programme
        invitations = Invitation.objects.bulk_create(_invitations(item, wave), batch_size=400)
        sent = [i for i in invitations if i.state != Invitation.State.SKIPPED]
        Message.objects.bulk_create(_messages(programme, sent, customers), batch_size=400)
        answers = [
            _response(a, i, item, touchpoints) for a, i in zip(item.asked, sent, strict=True) if a.score is not None
        ]
        made = Response.objects.bulk_create(answers, batch_size=400)
        further = [row for response in made for row in answers_to(random, response, item.version)]
        Answer.objects.bulk_create(further, batch_size=400)
        responses += made
    return responses


def _programme(item: Round, by: Membership) -> Programme:
    skipped = {reason: len(people) for reason, people in item.skipped.items()}
    closes = item.at + timedelta(days=21)
    return Programme.objects.create(
        name=f"{item.survey.name} · {MONTH_NAMES[item.at.month - 1]} {item.at.year}",
        survey=item.survey,
        quarantine_days=0 if item.touchpoint else 75,
        open_days=21,
        state=Programme.State.RUNNING if item.running else Programme.State.CLOSED,
        launched_at=item.at,
        launched_by=by,
        closes_at=closes,
        closed_at=None if item.running else closes,
        counts={
            "eligible": len(item.asked) + sum(skipped.values()),
            "recipients": len(item.asked),
            "skipped": skipped,
        },
        created_by=by,
        created_at=item.at - timedelta(hours=20),
    )


def _wave(programme: Programme) -> Wave:
    """The one wave of a programme that asked once."""
    closed = programme.state == Programme.State.CLOSED
    return Wave.objects.create(
        programme=programme,
        number=1,
        state=Wave.State.CLOSED if closed else Wave.State.RUNNING,
        starts_at=programme.launched_at,
        closes_at=programme.closes_at,
        planned_at=programme.launched_at,
        closed_at=programme.closed_at,
        plan=Plan(dues=dues_of(programme, programme.launched_at or programme.created_at, (), ())).to_json(),
        counts=programme.counts,
    )


def _invitations(item: Round, wave: Wave) -> list[Invitation]:
    closes, programme = wave.closes_at, wave.programme
    over = Invitation.State.SENT if item.running else Invitation.State.CLOSED
    rows = [
        Invitation(
            programme=programme,
            wave=wave,
            survey=item.survey,
            version=item.version,
            customer_id=a.person.customer_id,
            language=a.person.language,
            state=Invitation.State.ANSWERED if a.score is not None else over,
            created_at=item.at,
            sent_at=a.at,
            answered_at=a.answered_at,
            expires_at=closes,
        )
        for a in item.asked
    ]
    for reason, people in item.skipped.items():
        rows += [
            Invitation(
                programme=programme,
                wave=wave,
                survey=item.survey,
                customer_id=p.customer_id,
                language=p.language,
                state=Invitation.State.SKIPPED,
                skip_reason=reason,
                created_at=item.at,
            )
            for p in people
        ]
    return rows


def _messages(programme: Programme, invitations: list[Invitation], customers: dict[int, Customer]) -> list[Message]:
    return [
        Message(
            kind="invitation",
            source_id=i.pk,
            group_id=programme.pk,
            to_address=customers[i.customer_id].email,
            to_name=customers[i.customer_id].name,
            customer_id=i.customer_id,
            language=i.language,
            state=Message.State.SENT,
            due_at=i.created_at,
            sent_at=i.sent_at,
            created_at=i.created_at,
            attempts=1,
        )
        for i in invitations
    ]


def _response(asked: Asked, invitation: Invitation, item: Round, touchpoints: dict[str, Touchpoint]) -> Response:
    touchpoint = touchpoints.get(item.touchpoint or "")
    score, answered_at = asked.score or 0, asked.answered_at or asked.at
    return Response(
        survey=item.survey,
        version=item.version,
        kind=item.survey.kind,
        invitation=invitation,
        customer_id=asked.person.customer_id,
        account_id=asked.person.account_id,
        unit_id=asked.person.unit_id,
        touchpoint=touchpoint,
        stage=touchpoint.stage if touchpoint else None,
        score=score,
        nps_class=class_of(score),
        comment=asked.comment,
        wants_contact=asked.wants_contact,
        language=asked.person.language,
        channel="email",
        answered_at=answered_at,
        recorded_at=answered_at,
        followed_up_at=answered_at,
    )
