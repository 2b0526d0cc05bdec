"""Taking a mail in: find whose it is, write it down once, and let a worker read it.

The row is the truth: whoever brings the mail (a provider's webhook, a mailbox) may forget it once `take` has answered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from celery import signature
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from nps_platform.lib.signing import Door
from nps_platform.messaging.incoming.arrived import Arrived, read_mail
from nps_platform.messaging.incoming.reply_address import read_reply_address
from nps_platform.messaging.marks import named_by
from nps_platform.messaging.models import InboundMail
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization, entered
from nps_platform.tenancy.tasks import nudge

DUE = "mails"
READ = "messaging.read_mails"
MOST_ATTEMPTS = 5
KEPT_UNCLAIMED = 1000
State = InboundMail.State
log = logging.getLogger(__name__)
# The room above that knows what a mail answers: whether it found it a place.
Place = Callable[[InboundMail, Arrived], bool]
_places: list[Place] = []


def register_place(place: Place) -> None:
    """Called from AppConfig.ready of the room that takes answers by mail."""
    if place not in _places:
        _places.append(place)


@dataclass(frozen=True)
class Named:
    """Whose a mail is, and what it answers, as far as the head says."""

    organization_id: int
    door: int | None = None
    id: int | None = None


def take(raw: bytes, *, also_to: str = "", uid: str = "", cut_at: int | None = None) -> bool:
    """Write a mail down; False where it was known already. `also_to` is the envelope's recipient, where the head hides it."""
    mail = read_mail(raw)
    named = _named(mail, also_to)
    organization = Organization.objects.filter(pk=named.organization_id).first() if named else None
    if named is None or organization is None:
        return _keep_unclaimed(raw, mail.key)
    with entered(organization), transaction.atomic():
        if InboundMail.objects.filter(key=mail.key).exists():
            return False
        row = InboundMail(
            key=mail.key,
            uid=uid,
            door=named.door,
            named_id=named.id,
            from_address=mail.from_address,
            from_name=mail.from_name,
            subject=mail.subject,
            message_id=mail.message_id,
            cut_at=cut_at,
        )
        row.raw.save("mail", ContentFile(raw), save=False)
        rows = InboundMail.objects.bulk_create([row], ignore_conflicts=True)
        is_due(DUE)
        nudge(signature(READ), organization.pk)
        return bool(rows)


def _named(mail: Arrived, also_to: str) -> Named | None:
    """The signed address first, then the message of ours that it answers, then the organisation it was sent to."""
    recipients = [address for address in (also_to.lower(), *mail.recipients) if address]
    for address in recipients:
        if found := read_reply_address(address):
            return Named(found[1].organization_id, found[0], found[1].id)
    for message_id in mail.references:
        if known := named_by(message_id):
            return Named(known.organization_id, Door.MAIL, known.id)
    return _organization_written_to(recipients)


def _organization_written_to(recipients: list[str]) -> Named | None:
    """By its reply-to address; else the only one there is."""
    of_address = Organization.objects.filter(reply_to__in=recipients).values_list("pk", flat=True)[:2]
    found = list(of_address) or list(Organization.objects.values_list("pk", flat=True)[:2])
    return Named(found[0]) if len(found) == 1 else None


def unclaimed_folder() -> Path:
    """Where mails lie that belong to no organisation we can tell: for the operator."""
    return Path(settings.DATA_DIR) / "mail-unclaimed"


def _keep_unclaimed(raw: bytes, key: str) -> bool:
    folder = unclaimed_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{key}.eml"
    if file.exists():
        return False
    file.write_bytes(raw)
    file.chmod(0o600)
    log.warning("a mail belongs to no organisation: it is kept as %s", file.name)
    oldest_first = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime)
    for old in oldest_first[:-KEPT_UNCLAIMED]:
        old.unlink(missing_ok=True)
    return True


def read_waiting() -> bool:
    """Read and place what was taken in the current organisation; whether some failed and are to be tried again."""
    again = False
    for pk in list(InboundMail.objects.filter(state=State.TAKEN).order_by("id").values_list("pk", flat=True)):
        try:
            _read(pk)
        except Exception as error:  # one mail that can't be read doesn't stop the others
            log.exception("mail %s can't be read", pk)
            again |= _note_failure(pk, type(error).__name__)
    return again


@transaction.atomic
def _read(pk: int) -> None:
    row = InboundMail.objects.select_for_update().get(pk=pk)
    if row.state != State.TAKEN:
        return
    with row.raw.open("rb") as file:
        mail = read_mail(file.read())
    row.text, row.quoted, row.automatic = mail.text, mail.quoted, mail.automatic
    if any(place(row, mail) for place in _places):
        settle_mail(row, State.PLACED)
        return
    row.state = State.UNPLACED
    row.save()


def settle_mail(row: InboundMail, state: str) -> None:
    """It has its place, or needs none: the mail as it came is thrown away with the transaction's end."""
    name, storage = row.raw.name, row.raw.storage
    row.state, row.settled_at, row.raw, row.error = state, timezone.now(), "", ""
    row.save()
    if name:
        transaction.on_commit(lambda: _delete(storage, name), robust=True)


def _delete(storage: object, name: str) -> None:
    with suppress(OSError):
        storage.delete(name)  # type: ignore[attr-defined]


def _note_failure(pk: int, why: str) -> bool:
    """Tried again some times, then listed for a person: never lost."""
    row = InboundMail.objects.get(pk=pk)
    row.attempts, row.error = row.attempts + 1, why[:100]
    row.state = State.FAILED if row.attempts >= MOST_ATTEMPTS else row.state
    row.save(update_fields=["attempts", "error", "state"])
    return row.state == State.TAKEN


@transaction.atomic
def try_again(row: InboundMail) -> None:
    """A person asks for it once more."""
    if InboundMail.objects.filter(pk=row.pk, state=State.FAILED).update(state=State.TAKEN, attempts=0):
        is_due(DUE)
        nudge(signature(READ), current_organization().pk)
