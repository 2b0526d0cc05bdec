"""Who of the company hears about a case, and how a message to them is addressed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from closeloop.models import AlertRule, Case, ChatRoom, EscalationStep
from nps_platform.customers.models import Account
from nps_platform.lib.words import fold
from nps_platform.messaging.models import Message
from nps_platform.tenancy.access import language_of
from nps_platform.tenancy.models import Membership, Team
from nps_platform.tenancy.roles import Right, Role
from nps_platform.tenancy.scope import current_organization
from nps_platform.webhooks.models import Endpoint
from responses.models import Response

Whom = Membership | ChatRoom
_MENTION = re.compile(r"(?<![\w@])@(?=\w)")


def case_workers() -> list[Membership]:
    """Everybody active who may work on cases, by name."""
    members = current_organization().memberships.filter(is_active=True).select_related("user", "organization")
    return sorted((m for m in members if m.may(Right.CASES)), key=lambda m: fold(str(m)))


def people_to_alert(rule: AlertRule, response: Response, case: Case | None) -> list[Membership]:
    """Whom the rule hands its case to, else its person and its team's members; owners and managers where it names neither
    (or nobody of it works here now)."""
    if rule.handing != AlertRule.Handing.NAMED and case and case.rule_id == rule.pk and case.assignee:
        return [case.assignee]
    if rule.handing == AlertRule.Handing.ACCOUNT_OWNER and (manager := account_manager(response.account)):
        return [manager]
    return people_named(rule)


def people_named(rule: AlertRule) -> list[Membership]:
    """The rule's person and its team's members; owners and managers where it names neither, or nobody of it works here now."""
    return _looking_after(rule.assignee, rule.team)


def account_manager(account: Account | None) -> Membership | None:
    """Who looks after this account, if they work on cases here now."""
    owner = account.owner if account else None
    return owner if owner and owner.may(Right.CASES) else None


def workers_of(team: Team) -> list[Membership]:
    """Those of the team who are active and may work on cases."""
    members = set(team.members.values_list("membership_id", flat=True))
    return [worker for worker in case_workers() if worker.pk in members]


def people_of(case: Case) -> list[Membership]:
    """Who hears news of a case: its person, else its team, else owners and managers."""
    return _looking_after(case.assignee, None if case.assignee else case.team)


def people_for_step(step: EscalationStep, case: Case) -> list[Membership]:
    """Who hears that a case presses; who looks after all cases where the step finds nobody who may."""
    workers = {worker.pk: worker for worker in case_workers()}
    if step.whom == EscalationStep.Whom.ASSIGNEE:
        return people_of(case)
    if step.whom == EscalationStep.Whom.TEAM:
        return _looking_after(None, case.team)
    if step.whom == EscalationStep.Whom.MANAGER:
        manager = _manager_above(case.assignee, workers)
        return [manager] if manager else _looking_after(None, None)
    return _looking_after(step.person, None)


def _manager_above(person: Membership | None, workers: Mapping[int, Membership]) -> Membership | None:
    """The nearest manager above who works on cases here now."""
    climbed: set[int] = set()
    while person and person.manager_id and person.manager_id not in climbed:
        climbed.add(person.manager_id)
        if person.manager_id in workers:
            return workers[person.manager_id]
        person = person.manager
    return None


def _looking_after(person: Membership | None, team: Team | None) -> list[Membership]:
    workers = case_workers()
    wanted = {person.pk} if person else set()
    if team:
        wanted |= set(team.members.values_list("membership_id", flat=True))
    named = [worker for worker in workers if worker.pk in wanted]
    return named or [worker for worker in workers if worker.role in {Role.OWNER, Role.MANAGER}]


def mentioned(text: str, *, among: Iterable[Membership]) -> list[Membership]:
    """Those whom `text` names by @: whole name, first name or the address's first part, without accents or case."""
    people = list(among)
    found: dict[int, Membership] = {}
    for start in (match.end() for match in _MENTION.finditer(text)):
        rest = fold(text[start : start + 150])
        best = max((len(name) for person in people for name in _names(person) if _begins(rest, name)), default=0)
        for person in people:
            if any(len(name) == best and _begins(rest, name) for name in _names(person)):
                found[person.pk] = person
    return list(found.values())


def _names(person: Membership) -> set[str]:
    whole = fold(str(person.user))
    return {whole, whole.split()[0], fold(person.user.email.split("@")[0])}


def _begins(rest: str, name: str) -> bool:
    return rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()


def to_staff(person: Membership, *, kind: str, source_id: int, by: Membership | None = None) -> Message:
    """An unsaved message to a colleague, in their language, ahead of every wave."""
    return Message(
        kind=kind,
        source_id=source_id,
        audience=Message.Audience.STAFF,
        to_address=person.user.email,
        to_name=str(person),
        language=language_of(person.user, person.organization),
        priority=1,
        created_by=by,
    )


def to_room(room: ChatRoom, *, kind: str, source_id: int) -> Message:
    """An unsaved message to a chat room, in the organisation's language."""
    return Message(
        kind=kind,
        source_id=source_id,
        audience=Message.Audience.STAFF,
        channel=Message.Channel.CHAT,
        to_address=room.host,
        to_name=room.name,
        language=current_organization().language,
        priority=1,
    )


def rooms_of(rule: AlertRule) -> list[ChatRoom]:
    """The chat rooms that a rule tells."""
    return [place.room for place in rule.rooms.all()]


def endpoints_of(rule: AlertRule) -> list[Endpoint]:
    """The programs that a rule tells; those that are switched off hear nothing."""
    return [place.endpoint for place in rule.endpoints.all() if place.endpoint.is_on]
