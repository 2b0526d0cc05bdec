"""What the agents did with the detractors: two years of cases, worked faster since call-backs within a day began."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from closeloop.escalating import calls_left, next_call
from closeloop.models import AlertRule, Case, CaseEvent, CasePolicy, Outcome, Priority, RootCause
from closeloop.sla import give_targets, grant_time, wind
from nps_platform.demo.world import CAUSE_OF
from nps_platform.tenancy.hours import business_clock
from nps_platform.tenancy.models import Membership, Organization, Team
from responses.models import Response

REPLIES = {
    "es": [
        "Sentimos lo ocurrido. Hemos revisado su caso y mañana le llamamos para confirmar la solución.",
        "Gracias por contárnoslo. Hemos anulado el cargo; lo verá en la próxima factura.",
        "Tiene razón. He pedido que revisen su línea hoy mismo y le escribo en cuanto terminen.",
        "Lamentamos la espera. Su incidencia queda a mi cargo hasta que esté resuelta.",
    ],
    "it": [
        "Ci dispiace per l'accaduto. Abbiamo verificato la pratica e domani la richiamiamo.",
        "Grazie per averci scritto. L'addebito è stato annullato; lo vedrà nella prossima bolletta.",
    ],
    "en": [
        "I'm sorry about this. I have looked into your case and will ring you tomorrow to confirm the fix.",
        "Thank you for telling us. The charge is cancelled; you will see it on the next bill.",
    ],
}
THANKS = {
    "es": [
        "Gracias, ya funciona.",
        "De acuerdo, espero la llamada.",
        "Ya me devolvieron el dinero, gracias.",
        "Sigue igual desde ayer.",
    ],
    "it": ["Grazie, ora funziona.", "Va bene, aspetto la chiamata."],
    "en": ["Thanks, it works now.", "All right, I'll wait for the call."],
}
NOTES = [
    "El nodo de su calle tuvo una avería el martes; confirmar con planta antes de prometer hora.",
    "Tercera queja por el mismo cargo.",
    "Cliente desde hace años, pide hablar con la misma persona.",
    "Prefiere que la llamen por la tarde.",
]


class Desk:
    """The agents at work on the demo's cases."""

    def __init__(
        self, random: Random, organization: Organization, agents: dict[str, Membership], teams: dict[str, Team]
    ) -> None:
        self.random, self.agents, self.teams = random, agents, teams
        self.clock = business_clock(organization)
        self.policies = list(CasePolicy.objects.prefetch_related("steps"))
        self.causes = {cause.key: cause for cause in RootCause.objects.all()}
        self.rule = AlertRule.objects.order_by("position").first()
        self.topics: dict[int, str] = {}
        self.events: list[CaseEvent] = []
        self.now = timezone.now()

    def work(self, responses: list[Response], topics: dict[int, str]) -> None:
        """Open a case for each detractor, oldest first, and take each as far as it would have come by now."""
        detractors = sorted((r for r in responses if r.nps_class == "detractor"), key=lambda r: r.answered_at)
        cases = [self._open(number, response) for number, response in enumerate(detractors, start=1)]
        self.topics = topics
        for case in cases:
            self._handle(case)
            case.escalate_at = next_call(calls_left(case, self.clock))
        contacted = [case.response for case in cases if case.response.contacted_at]
        Response.objects.bulk_update(contacted, ["contacted_at"], batch_size=300)
        by_number = {case.number: case for case in Case.objects.bulk_create(cases, batch_size=300)}
        for event in self.events:
            event.case = by_number[event.case.number]
        CaseEvent.objects.bulk_create(self.events, batch_size=500)

    def _open(self, number: int, response: Response) -> Case:
        language = response.language
        team = self.teams[
            "Assistenza Italia" if language == "it" else "Care Ireland" if language == "en" else "Equipo Fibra"
        ]
        urgent = response.score <= 2 and bool(response.comment)
        opened = response.answered_at + timedelta(seconds=3)
        case = Case(
            number=number,
            response=response,
            customer_id=response.customer_id,
            account_id=response.account_id,
            rule=self.rule,
            nps_class=response.nps_class,
            priority=Priority.HIGH if urgent else Priority.NORMAL,
            team=team,
            opened_at=opened,
            refuses_contact=response.wants_contact is False,
        )
        give_targets(case, self.policies)
        wind(case, opened, self.clock)
        self._note(case, "opened", opened, None, data={"rule": self.rule.name if self.rule else ""})
        return case

    def _handle(self, case: Case) -> None:
        random, language = self.random, case.response.language
        age = self.now - case.opened_at
        agent = (
            self.agents["giulia"] if language == "it" else random.choice([self.agents["agent"], self.agents["bruno"]])
        )
        if (age < timedelta(days=4) and random.random() < 0.4) or (random.random() < 0.02 and age < timedelta(days=30)):
            return
        taken_up = self.clock.add(case.opened_at, timedelta(minutes=random.randint(5, 90)))
        if taken_up > self.now:
            return  # answered outside business hours: nobody is at the desk yet
        case.assignee, case.acknowledged_at = agent, taken_up
        case.state = Case.State.ACKNOWLEDGED
        self._note(
            case, "assigned", case.acknowledged_at, agent, data={"assignee": agent.pk, "assignee_name": str(agent)}
        )
        if random.random() < 0.25:
            self._note(
                case, "note", self._before_now(taken_up + timedelta(minutes=6)), agent, text=random.choice(NOTES)
            )
        if (age < timedelta(days=3) and random.random() < 0.5) or random.random() < 0.09:
            return self._let_be(case, age)
        if not case.refuses_contact:
            self._contact(case, agent, language)
        if (case.reached_at is None and random.random() < 0.5) or (age < timedelta(days=5) and random.random() < 0.6):
            return self._let_be(case, age)
        self._resolve(case, agent)
        return None

    def _contact(self, case: Case, agent: Membership, language: str) -> None:
        """A reply or a call; faster since eight months ago."""
        random = self.random
        months_ago = (self.now - case.opened_at).days / 30
        hours = random.lognormvariate(1.9 if months_ago > 8 else 1.25, 0.7)
        case.attempted_at = self._before_now(self.clock.add(case.response.answered_at, timedelta(hours=hours)))
        case.state = Case.State.CONTACTED
        case.response.contacted_at = case.attempted_at
        if random.random() < 0.55:
            self._note(case, "reply", case.attempted_at, agent, text=random.choice(REPLIES[language]))
            case.is_waiting = True  # until they answer; then our answer is due by the same target
            wind(case, case.attempted_at, self.clock)
            if random.random() < 0.7:
                case.reached_at = self._before_now(case.attempted_at + timedelta(hours=random.uniform(1, 30)))
                self._note(case, "customer_reply", case.reached_at, None, text=random.choice(THANKS[language]))
                case.is_waiting, case.answer_since = False, case.reached_at
                wind(case, case.reached_at, self.clock)
        else:
            spoken = random.random() < 0.8
            self._note(case, "call", case.attempted_at, agent, data={"outcome": "spoken" if spoken else "no_answer"})
            case.reached_at = case.attempted_at if spoken else None
            case.answer_since = case.attempted_at
            wind(case, case.attempted_at, self.clock)

    def _resolve(self, case: Case, agent: Membership) -> None:
        random = self.random
        begun = case.reached_at or case.attempted_at or case.opened_at
        resolved = self.clock.add(begun, timedelta(hours=random.uniform(0.5, 22)))
        if resolved > self.now:
            return
        self._close(case, resolved, agent, random.choices(list(Outcome), [46, 24, 8, 16, 6])[0])
        verdict_at = resolved + timedelta(hours=random.uniform(1, 60))
        if verdict_at < self.now and random.random() < 0.55:
            self._verdict(case, verdict_at)

    def _verdict(self, case: Case, at: datetime) -> None:
        if self.random.random() < 0.93:
            case.state, case.confirmed_at = Case.State.CONFIRMED, at
            self._note(case, "confirmed", at, None, data={"verdict": "yes"})
        else:
            case.state, case.is_open, case.reopened_at, case.resolved_at = Case.State.REOPENED, True, at, None
            case.answer_since, case.answer_due_at = None if case.refuses_contact else at, None
            grant_time(case, at)
            wind(case, at, self.clock)
            self._note(case, "reopened", at, None, data={"verdict": "no"})
            self._let_be(case, self.now - at)

    def _let_be(self, case: Case, age: timedelta) -> None:
        """A case nobody finished: those older than three weeks were closed without a remedy, so that the inbox stays real."""
        if age > timedelta(days=21):
            closed = self._before_now(case.opened_at + timedelta(days=20))
            self._close(case, closed, case.assignee, Outcome.NO_REMEDY)

    def _close(self, case: Case, at: datetime, by: Membership | None, outcome: Outcome) -> None:
        """With the cause that the customer's words are about; who said nothing, nobody knows why."""
        topic = self.topics.get(case.response_id or 0, "")
        case.root_cause = self.causes[CAUSE_OF.get(topic, "product") if case.response.comment else "other"]
        case.state, case.is_open, case.resolved_at, case.is_waiting = Case.State.RESOLVED, False, at, False
        case.outcome = outcome
        wind(case, at, self.clock)
        self._note(case, "resolved", at, by, data={"root_cause": case.root_cause.key, "outcome": str(outcome)})

    def _before_now(self, at: datetime) -> datetime:
        return min(at, self.now - timedelta(minutes=self.random.randint(1, 50)))

    def _note(
        self, case: Case, kind: str, at: datetime, by: Membership | None, *, text: str = "", data: dict | None = None
    ) -> None:
        customer = kind in {"customer_reply", "confirmed", "reopened"}
        label = str(by) if by else str(case.response.customer) if customer else ""
        self.events.append(
            CaseEvent(case=case, kind=kind, at=at, actor=by, actor_label=label, text=text, data=data or {})
        )
