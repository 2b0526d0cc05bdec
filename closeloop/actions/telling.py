"""Setting up where alerts go and when they wait: chat rooms and quiet hours; each change is audited."""

from __future__ import annotations

from datetime import time
from urllib.parse import urlsplit

from django.db import transaction

from closeloop.chat_kinds import TEST
from closeloop.models import AlertRule, ChatRoom, QuietHours
from closeloop.recipients import to_room
from nps_platform.lib.sealing import seal
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership


class RoomInUse(Exception):
    """Rules tell it: without it they might tell nobody."""

    def __init__(self, rules: list[str]) -> None:
        super().__init__(", ".join(rules))
        self.rules = rules


@transaction.atomic
def save_room(room: ChatRoom, *, url: str = "", by: Membership | None) -> ChatRoom:
    """Keep a room; without `url` its address stays."""
    is_new = room.pk is None
    if url:
        room.sealed_url, room.host = seal(url), (urlsplit(url).hostname or "")[:253]
    room.save()
    audit.record("chat_room.created" if is_new else "chat_room.changed", room, by=by, moved=bool(url))
    return room


@transaction.atomic
def delete_room(room: ChatRoom, *, by: Membership | None) -> None:
    """With what it was told. Raises RoomInUse."""
    rules = list(AlertRule.objects.filter(rooms__room=room).values_list("name", flat=True))
    if rules:
        raise RoomInUse(rules)
    audit.record("chat_room.deleted", room, by=by)
    room.delete()


@transaction.atomic
def test_room(room: ChatRoom, *, by: Membership | None) -> Message:
    """Owe it a message that says that it works."""
    message = to_room(room, kind=TEST, source_id=room.pk)
    message.created_by = by
    enqueue([message])
    audit.record("chat_room.tested", room, by=by)
    return message


@transaction.atomic
def set_quiet_hours(
    person: Membership | None,
    *,
    starts: time | None,
    ends: time | None,
    days: list[int],
    urgent_anyway: bool,
    by: Membership,
) -> QuietHours:
    """Of a person, or of everybody who has none of their own. Without hours and days nothing is quiet."""
    kept, _made = QuietHours.objects.update_or_create(
        person=person, defaults={"starts": starts, "ends": ends, "days": days, "urgent_anyway": urgent_anyway}
    )
    audit.record("quiet_hours.changed", kept, by=by, everybody=person is None)
    return kept


@transaction.atomic
def drop_quiet_hours(person: Membership) -> None:
    """From now on the organisation's hold for them."""
    for kept in QuietHours.objects.filter(person=person):
        audit.record("quiet_hours.dropped", kept, by=person)
        kept.delete()
