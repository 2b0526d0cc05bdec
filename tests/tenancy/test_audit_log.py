"""The audit log reads as sentences, in the reader's language, and leads to what was touched."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from closeloop.models import CaseEvent
from nps_platform.customers.models import Customer
from nps_platform.tenancy import audit
from nps_platform.tenancy.audit_words import KINDS, WORDS
from nps_platform.tenancy.models import Team
from nps_platform.tenancy.scope import entered
from surveys.models import Stage
from tests.conftest import Cast

AUDIT = "/o/andina/settings/audit/"
ROOMS = ("nps_platform", "surveys", "responses", "closeloop", "dashboards")


def _recorded() -> Iterator[str]:
    """Every "kind.done" in the first two arguments of a call that records, as the code writes them."""
    for room in ROOMS:
        for file in (settings.BASE_DIR / room).rglob("*.py"):
            yield from _codes(file)


def _codes(file: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(file.read_text())):
        if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in ("record", "_change"):
            written = [node for argument in call.args[:2] for node in ast.walk(argument)]
            yield from (str(n.value) for n in written if isinstance(n, ast.Constant) and "." in str(n.value))


def test_every_code_that_is_recorded_has_words() -> None:
    codes = set(_recorded()) - {"case."} | {f"case.{kind}" for kind in CaseEvent.Kind.values}
    assert len(codes) > 80
    assert codes == set(WORDS), "words for each code, and no words for codes that nobody writes"


@pytest.fixture
def alicia(cast: Cast) -> Client:
    """Alicia reads the log of what she and Bruno did, in Spanish."""
    cast.alicia.user.language = "es"
    cast.alicia.user.save()
    with entered(cast.organization):
        stage = Stage.objects.create(name="Visita")
        gone = Team.objects.create(name="Nadie")
        audit.record("stage.changed", stage, by=cast.alicia)
        audit.record("team.deleted", gone, by=cast.bruno)
        audit.record("customer.changed", Customer.objects.create(name="Mercedes Ruiz"), by=None, label="guest")
        gone.delete()
    return cast.sign_in(cast.alicia)


def test_an_entry_reads_as_a_sentence_and_leads_to_what_it_is_about(alicia: Client, cast: Cast) -> None:
    page = alicia.get(AUDIT)
    lines = {line.entry.action: line for line in page.context["lines"]}
    changed, deleted = lines["stage.changed"], lines["team.deleted"]
    assert (changed.who, changed.what, changed.kind) == ("Alicia Robles", "Cambió una etapa del recorrido", "Etapa")
    assert changed.name == "Visita" and alicia.get(changed.url).status_code == 200
    assert (deleted.what, deleted.url) == ("Eliminó un equipo", "") and deleted.name.isdigit()
    assert "Mercedes" not in page.text and lines["customer.changed"].url in page.text


def test_the_log_is_narrowed_by_person_and_by_kind(alicia: Client, cast: Cast) -> None:
    def actions(**asked: str | int) -> set[str]:
        return {line.entry.action for line in alicia.get(AUDIT, asked).context["lines"]}

    assert actions(who=cast.bruno.pk) == {"team.deleted"}
    assert actions(kind="stage") == {"stage.changed"}
    assert actions(who=cast.bruno.pk, kind="stage") == set()
    assert len(actions(who=cast.carla.pk, kind="nonsense")) == 3, "what is unreadable is no filter"


def test_every_kind_is_a_model_of_ours_that_entries_can_be_about() -> None:
    assert KINDS.keys() <= {model._meta.model_name for model in apps.get_models()}
