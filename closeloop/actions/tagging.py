"""Tags on cases."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from closeloop.actions.timeline import locked, write
from closeloop.models import Case, CaseEvent, CaseTag, Tag
from closeloop.models.tags import LONGEST_TAG
from closeloop.refusals import TooManyTags
from nps_platform.lib.words import fold
from nps_platform.tenancy.models import Membership

MOST_TAGS = 300
MOST_ON_A_CASE = 20


@transaction.atomic
def tag_case(
    case: Case, *, add: Iterable[str] = (), remove: Iterable[str] = (), by: Membership | None
) -> CaseEvent | None:
    """Put tags on, and take others off, by name; None where that changes nothing. A new name is a new tag. Raises TooManyTags."""
    case = locked(case)
    wanted, unwanted = tags_named(add), {fold(name) for name in remove}
    held = {link.tag.folded: link for link in CaseTag.objects.filter(case=case).select_related("tag")}
    new = [tag for tag in wanted if tag.folded not in held]
    gone = [link for folded, link in held.items() if folded in unwanted]
    if len(held) + len(new) - len(gone) > MOST_ON_A_CASE:
        raise TooManyTags
    if not new and not gone:
        return None
    CaseTag.objects.bulk_create([CaseTag(case=case, tag=tag) for tag in new])
    CaseTag.objects.filter(pk__in=[link.pk for link in gone]).delete()
    added, removed = [tag.name for tag in new], [link.tag.name for link in gone]
    return write(case, CaseEvent.Kind.TAGGED, by=by, added=added, removed=removed)


def tags_named(names: Iterable[str]) -> list[Tag]:
    """The tags of these names, each once; those that don't exist yet are made. Raises TooManyTags."""
    asked = {fold(name): name for raw in names if (name := " ".join(raw.split())[:LONGEST_TAG])}
    known = {tag.folded: tag for tag in Tag.objects.filter(folded__in=asked)}
    missing = [name for folded, name in asked.items() if folded not in known]
    if missing and Tag.objects.count() + len(missing) > MOST_TAGS:
        raise TooManyTags
    Tag.objects.bulk_create([Tag(name=name) for name in missing], ignore_conflicts=True)
    return list(Tag.objects.filter(folded__in=asked)) if asked else []
