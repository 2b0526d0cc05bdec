"""Files that come with what people write: checked, kept, thrown away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from closeloop.models import CannedReply, Case, CaseEvent, CaseFile
from closeloop.refusals import FileNotTaken
from nps_platform.lib.files import MOST_FILES, MOST_TOGETHER, FileRefused, kind_of_file, plain_name
from nps_platform.messaging.incoming.arrived import Attached
from nps_platform.tenancy.models import Membership

FORGOTTEN = timedelta(days=2)  # what was added to a reply that was never sent


def keep_mails_files(event: CaseEvent, files: Iterable[Attached]) -> list[dict[str, str]]:
    """Those of a mail that came in, beside its entry; the refused ones by name and reason."""
    refused: list[dict[str, str]] = []
    together = many = 0
    for attached in files:
        try:
            kind = kind_of_file(attached.data)
            if many == MOST_FILES or together + len(attached.data) > MOST_TOGETHER:
                raise FileRefused("many")
        except FileRefused as refusal:
            refused.append({"name": attached.name[:100], "why": refusal.why})
            continue
        many, together = many + 1, together + len(attached.data)
        _keep(attached.name, kind, attached.data, case=event.case, event=event)
    return refused


@transaction.atomic
def add_file(
    name: str, data: bytes, *, by: Membership, case: Case | None = None, canned: CannedReply | None = None
) -> CaseFile:
    """To the reply that `by` is writing in `case`, or to a canned one. Raises FileNotTaken."""
    try:
        kind = kind_of_file(data)
        beside = waiting_files(case, by) if case else CaseFile.objects.filter(canned=canned)
        if beside.count() >= MOST_FILES or _together(beside) + len(data) > MOST_TOGETHER:
            raise FileRefused("many")
    except FileRefused as refusal:
        raise FileNotTaken(name, refusal.why) from refusal
    return _keep(name, kind, data, case=case, canned=canned, added_by=by)


@transaction.atomic
def add_canned_files(canned: CannedReply | None, *, case: Case, by: Membership) -> None:
    """Those of a canned reply to the one that `by` is writing, once, as far as there is room; both name the same stored file."""
    beside = waiting_files(case, by)
    held = set(beside.values_list("file", flat=True))
    for row in canned.files.all() if canned else ():
        fits = beside.count() < MOST_FILES and _together(beside) + row.size <= MOST_TOGETHER
        if fits and row.file.name not in held:
            CaseFile.objects.create(
                case=case, name=row.name, kind=row.kind, size=row.size, file=row.file.name, added_by=by
            )


def waiting_files(case: Case, by: Membership | None) -> QuerySet[CaseFile]:
    """What `by` has added to a reply that has not left."""
    return CaseFile.objects.filter(case=case, event=None, canned=None, added_by=by) if by else CaseFile.objects.none()


@transaction.atomic
def remove_files(files: QuerySet[CaseFile]) -> None:
    """The rows now, what they name with the transaction's end; a file that another row names stays."""
    rows = list(files)
    files.model.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        if not CaseFile.objects.filter(file=row.file.name).exists():
            transaction.on_commit(lambda file=row.file: file.storage.delete(file.name), robust=True)  # type: ignore[misc]


def forget_unsent() -> None:
    """Of the current organisation: what was added to replies that nobody sent."""
    remove_files(CaseFile.objects.filter(event=None, canned=None, added_at__lt=timezone.now() - FORGOTTEN))


def _together(files: QuerySet[CaseFile]) -> int:
    return files.aggregate(total=Sum("size"))["total"] or 0


def _keep(name: str, kind: str, data: bytes, **whose: object) -> CaseFile:
    row = CaseFile(name=plain_name(name, kind), kind=kind, size=len(data), **whose)
    row.file.save("file", ContentFile(data), save=False)
    row.save()
    return row
