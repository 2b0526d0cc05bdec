"""What the demo's organisation listens for: its alert rules beside the one that every organisation starts with."""

from __future__ import annotations

from typing import Any

from closeloop.actions.settings import save_rule
from closeloop.models import AlertRule, Priority
from nps_platform.tenancy.models import Membership, Team


def set_rules(teams: dict[str, Team], *, by: Membership) -> None:
    """Those that open a case stand above the general one, which takes what is left."""
    fibra = teams["Equipo Fibra"]
    general = list(AlertRule.objects.all())
    ours: list[dict[str, Any]] = [
        {
            "name": "Se quieren ir",
            "match": AlertRule.Match.ALL,
            "classes": ["detractor", "passive"],
            "words": ["baja", "darme de baja", "cancelar", "portabilidad", "me voy", "otra compañía"],
            "priority": Priority.URGENT,
            "handing": AlertRule.Handing.IN_TURN,
            "team": fibra,
        },
        {
            "name": "Cuentas grandes descontentas",
            "classes": ["detractor"],
            "value_from": 2000,
            "priority": Priority.HIGH,
            "handing": AlertRule.Handing.ACCOUNT_OWNER,
            "team": fibra,
        },
        {
            "name": "Piden que les llamemos",
            "only_if_contact_wanted": True,
            "classes": ["passive", "promoter"],
            "priority": Priority.NORMAL,
            "handing": AlertRule.Handing.IN_TURN,
            "team": fibra,
            "sends_alert": False,
        },
    ]
    silent: list[dict[str, Any]] = [
        {
            "name": "Cuentas grandes que callan",
            "trigger": AlertRule.Trigger.NO_ANSWER,
            "no_answer_days": 10,
            "value_from": 2000,
            "handing": AlertRule.Handing.ACCOUNT_OWNER,
            "opens_case": False,
        },
        {"name": "Invitaciones que vuelven", "trigger": AlertRule.Trigger.BOUNCE, "opens_case": False, "assignee": by},
    ]
    made = [save_rule(AlertRule(**rule), by=by) for rule in ours]
    for position, rule in enumerate([*made, *general]):
        AlertRule.objects.filter(pk=rule.pk).update(position=position)
    for rule in silent:
        save_rule(AlertRule(**rule), by=by)
