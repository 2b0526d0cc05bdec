"""Qualitative notes: kept on a touchpoint, a stage or the whole journey; changed, deleted, audited."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from nps_platform.tenancy.models import AuditEntry, Organization
from nps_platform.tenancy.roles import Role
from surveys.models import QualitativeNote, Stage, Touchpoint
from tests.conftest import Cast

NOTES = "/o/andina/journey/notes/"


@pytest.fixture
def visit(inside: Organization) -> Touchpoint:
    return Touchpoint.objects.create(stage=Stage.objects.create(name="Instalar"), name="Visita")


def told(**fields: object) -> dict[str, object]:
    given = {
        "kind": "focus_group",
        "held_on": "2026-03-02",
        "people": "6",
        "who": "Dos autónomos, cuatro familias",
        "text": "Nadie sabe cuándo viene el técnico.",
        "quotes": "Esperé toda la mañana.\n\nNadie llamó.",
    }
    return given | fields


def test_a_note_is_kept_changed_and_deleted(cast: Cast, visit: Touchpoint) -> None:
    alicia = cast.sign_in(cast.alicia)
    page = alicia.get(f"{NOTES}new/?touchpoint={visit.pk}")
    assert f'<option value="{visit.pk}" selected>' in page.text
    # A touchpoint brings its stage: the one that was chosen beside it is not kept.
    answer = alicia.post(f"{NOTES}new/", told(touchpoint=visit.pk, stage=visit.stage_id))
    assert answer.headers["Location"] == f"/o/andina/journey/?at={visit.pk}#chosen"
    note = QualitativeNote.objects.get()
    assert (note.touchpoint, note.stage, note.people, note.created_by) == (visit, None, 6, cast.alicia)
    alicia.post(f"{NOTES}{note.pk}/", told(stage=visit.stage_id, text="Se entera tarde."))
    note.refresh_from_db()
    assert (note.touchpoint, note.stage, note.text) == (None, visit.stage, "Se entera tarde.")
    alicia.post(f"{NOTES}{note.pk}/delete/")
    assert not QualitativeNote.objects.exists()
    written = AuditEntry.objects.filter(action__startswith="note.").order_by("id")
    assert [entry.action for entry in written] == ["note.added", "note.changed", "note.deleted"]
    assert "técnico" not in str([entry.data for entry in written])


def test_what_can_not_be_is_said_at_its_field_and_typed_words_stay(cast: Cast, visit: Touchpoint) -> None:
    alicia = cast.sign_in(cast.alicia)
    still_to_come = timezone.localdate() + timedelta(days=2)  # everywhere on earth
    for wrong in (
        {"people": "0"},
        {"held_on": "never"},
        {"held_on": str(still_to_come)},
        {"text": ""},
        {"kind": "gossip"},
    ):
        answer = alicia.post(f"{NOTES}new/", told(**wrong))
        assert answer.status_code == 422, wrong
        assert "Esperé toda la mañana." in answer.text
    assert not QualitativeNote.objects.exists()


@pytest.mark.parametrize("role", [Role.AGENT, Role.COLLABORATOR, Role.EXECUTIVE, Role.FINANCE])
def test_others_read_but_don_t_write(cast: Cast, visit: Touchpoint, role: Role) -> None:
    note = QualitativeNote.objects.create(touchpoint=visit, held_on="2026-03-02", text="Tres visitas.")
    client = cast.sign_in(cast.member(role))
    assert client.post(f"{NOTES}new/", told()).status_code == 403
    assert client.post(f"{NOTES}{note.pk}/", told()).status_code == 403
    assert client.post(f"{NOTES}{note.pk}/delete/").status_code == 403
    page = client.get(f"/o/andina/journey/?at={visit.pk}").text
    assert "Tres visitas." in page and "Add a note" not in page
