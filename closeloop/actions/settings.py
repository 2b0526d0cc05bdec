"""Changing how the loop works: rules, causes, canned replies; each change is audited."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, ProtectedError

from closeloop.actions.files import remove_files
from closeloop.actions.silence import watch
from closeloop.models import (
    AlertRule,
    CannedReply,
    CaseFile,
    ChatRoom,
    LoopSettings,
    Remedy,
    RemedyLimit,
    RootCause,
    RuleEndpoint,
    RuleRoom,
)
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership
from nps_platform.webhooks.models import Endpoint


class InUse(Exception):
    """Cases refer to it, or other causes are parts of it: it can be switched off, not deleted."""


@transaction.atomic
def save_rule(
    rule: AlertRule,
    *,
    rooms: Iterable[ChatRoom] | None = None,
    endpoints: Iterable[Endpoint] | None = None,
    by: Membership | None,
) -> AlertRule:
    """Keep a rule, and the chat rooms and programs it tells (None: as they are); a new one stands last."""
    is_new = rule.pk is None
    rule.had_touchpoint = rule.touchpoint_id is not None
    watch(rule)
    if is_new:
        rule.position = (AlertRule.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    rule.save()
    if rooms is not None:
        rule.rooms.all().delete()
        RuleRoom.objects.bulk_create(RuleRoom(rule=rule, room=room) for room in rooms)
    if endpoints is not None:
        rule.endpoints.all().delete()
        RuleEndpoint.objects.bulk_create(RuleEndpoint(rule=rule, endpoint=endpoint) for endpoint in endpoints)
    audit.record("alert_rule.created" if is_new else "alert_rule.changed", rule, by=by)
    return rule


@transaction.atomic
def switch_rule(rule: AlertRule, *, by: Membership | None) -> bool:
    """On becomes off and back; answers whether it is on now."""
    rule = AlertRule.objects.select_for_update().get(pk=rule.pk)
    rule.is_active = not rule.is_active
    watch(rule)
    rule.save(update_fields=["is_active", "looked_until"])
    audit.record("alert_rule.switched", rule, by=by, active=rule.is_active)
    return rule.is_active


@transaction.atomic
def move_rule(rule: AlertRule, *, up: bool, by: Membership | None) -> None:
    """One place up or down; the order decides which rule opens the case."""
    rules = list(AlertRule.objects.select_for_update())
    here = rules.index(rule)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rules):
        return
    rules[here], rules[there] = rules[there], rules[here]
    for position, each in enumerate(rules):
        each.position = position
    AlertRule.objects.bulk_update(rules, ["position"])
    audit.record("alert_rule.moved", rule, by=by, up=up)


@transaction.atomic
def place_rule(rule: AlertRule, *, before: AlertRule, by: Membership | None) -> None:
    """Above another one."""
    rules = [each for each in AlertRule.objects.select_for_update() if each.pk != rule.pk]
    places = [each.pk for each in rules]
    if before.pk not in places:
        return
    rules.insert(places.index(before.pk), rule)
    for position, each in enumerate(rules):
        each.position = position
    AlertRule.objects.bulk_update(rules, ["position"])
    audit.record("alert_rule.moved", rule, by=by, before=before.pk)


@transaction.atomic
def delete_rule(rule: AlertRule, *, by: Membership | None) -> None:
    """Its cases stay."""
    audit.record("alert_rule.deleted", rule, by=by, name=rule.name)
    rule.delete()


@transaction.atomic
def save_cause(cause: RootCause, *, key: str = "", by: Membership) -> RootCause:
    """Keep a cause; a new one gets `key`, for good, and stands last among its like."""
    is_new = cause.pk is None
    if is_new:
        like = RootCause.objects.filter(parent=cause.parent)
        cause.key, cause.position = key, (like.aggregate(last=Max("position"))["last"] or 0) + 1
    cause.save()
    audit.record("cause.created" if is_new else "cause.changed", cause, by=by)
    return cause


@transaction.atomic
def delete_cause(cause: RootCause, *, by: Membership) -> None:
    """Only one that nothing refers to. Raises InUse."""
    audit.record("cause.deleted", cause, by=by, key=cause.key)
    try:
        cause.delete()
    except ProtectedError as error:
        raise InUse from error


@transaction.atomic
def save_canned(reply: CannedReply, *, by: Membership) -> CannedReply:
    is_new = reply.pk is None
    reply.save()
    audit.record("canned_reply.created" if is_new else "canned_reply.changed", reply, by=by)
    return reply


@transaction.atomic
def delete_canned(reply: CannedReply, *, by: Membership) -> None:
    audit.record("canned_reply.deleted", reply, by=by)
    remove_files(CaseFile.objects.filter(canned=reply))
    reply.delete()


@transaction.atomic
def save_loop_settings(settings: LoopSettings, *, by: Membership) -> LoopSettings:
    """What customers see of their case from now on."""
    settings.save()
    audit.record("loop_settings.changed", settings, by=by)
    return settings


@transaction.atomic
def save_remedy(remedy: Remedy, *, by: Membership) -> Remedy:
    """What was granted before keeps its own cost."""
    is_new = remedy.pk is None
    remedy.save()
    audit.record("remedy.created" if is_new else "remedy.changed", remedy, by=by)
    return remedy


@transaction.atomic
def save_remedy_limits(limits: dict[str, dict[str, Decimal | None]], *, by: Membership) -> None:
    """Who grants how much without asking, from now on."""
    for role, amounts in limits.items():
        RemedyLimit.objects.update_or_create(role=role, defaults=amounts)
    said = {
        role: {name: None if v is None else str(v) for name, v in amounts.items()} for role, amounts in limits.items()
    }
    audit.record("remedy_limits.changed", None, by=by, limits=said)
