"""For each write of the API that names rows: a body that is right in one's own organisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.tenancy.world import World


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """Route → body; every value that names a row is the world's id or holds its word."""
    word, id_ = world.word, world.id
    customer = f"{word}-customer"
    return {
        "api_customers": {"external_id": "new", "name": "New", "account": f"{word}-account", "unit": word},
        "api_revenue": {"customer": customer, "period": "2026-04", "amount": "1.00", "currency": "EUR"},
        "api_stages": {"name": "New", "owner": f"{word}@{word}.example", "before": id_},
        "api_stage": {"owner": f"{word}@{word}.example"},
        "api_touchpoints": {"stage": id_, "name": "New", "before": id_},
        "api_touchpoint": {"stage": id_, "owner": f"{word}@{word}.example"},
        "api_notes": {"held_on": "2026-03-02", "touchpoint": id_, "text": "New"},
        "api_note": {"stage": id_},
        "api_surveys": {"kind": "transactional", "name": "New", "languages": ["en"], "stage": id_, "touchpoint": id_},
        "api_programmes": {"survey": id_, "name": "New", "mode": "wave", "channel": "email", "audience": id_},
        "api_collectors": {"kind": "link", "name": "New", "survey": id_, "unit": word, "touchpoint": id_},
        "api_collector": {"survey": id_, "unit": word, "touchpoint": id_},
        "api_events": {"touchpoint": id_, "customer": customer, "event_id": "e"},
        "api_incidents": {"note": "Outage", "unit": word},
        "api_responses": {"survey": id_, "customer": customer, "score": 9, "channel": "phone"},
        "api_alert_rules": {
            "name": "New",
            "segment": id_,
            "survey": id_,
            "touchpoint": id_,
            "unit": word,
            "team": f"Team {word}",
            "assignee": f"{word}@{word}.example",
            "chat_rooms": [f"Room {word}"],
            "before": id_,
        },
        "api_alert_rule": {"segment": id_, "unit": word, "assignee": f"{word}@{word}.example"},
        "api_alert_rule_try": {"name": "New", "touchpoint": id_, "team": f"Team {word}"},
        "api_exports": {"kind": "responses", "survey": id_, "touchpoint": id_, "unit": id_},
        "api_case_assign": {"assignee": f"{word}@{word}.example", "team": f"Team {word}"},
        "api_case_policies": {"name": "New", "contact_minutes": 60},
        "api_case_remedies": {"remedy": f"Remedy {word}"},
        "api_case_resolve": {"root_cause": word, "outcome": "solved"},
    }


def swapped(body: dict[str, Any], own: World, other: World) -> Iterator[dict[str, Any]]:
    """The body with one name after the other pointing at the other organisation's row."""
    for key, value in body.items():
        if value == own.id:
            yield {**body, key: other.id}
        elif isinstance(value, str) and own.word in value:
            yield {**body, key: value.replace(own.word, other.word)}
