"""The journey by API: a CRM or a script draws it, reorders it and keeps notes on it."""

from __future__ import annotations

from typing import Any

from nps_platform.tenancy.models import AuditEntry, Organization
from surveys.models import QualitativeNote, Stage, Survey, SurveyKind, Touchpoint
from tests.conftest import Cast
from tests.surveys.test_asking_api import Api, api  # noqa: F401


def names(api: Api, path: str, **asked: Any) -> list[str]:  # noqa: F811
    return [row["name"] for row in api.get(path, **asked)[1]["results"]]


def test_a_journey_is_drawn_and_reordered_by_api(cast: Cast, inside: Organization, api: Api) -> None:  # noqa: F811
    status, use = api.post("stages", {"name": "Usar", "target": 30, "owner": "Bruno@andina.example"})
    assert (status, use["kind"], use["target"], use["owner"]) == (201, "phase", 30, cast.bruno.user.email)
    install = api.post("stages", {"name": "Instalar", "before": use["id"]})[1]
    shop = api.post("stages", {"name": "Tienda", "kind": "channel"})[1]
    assert names(api, "stages") == ["Instalar", "Usar", "Tienda"]
    assert api.patch(f"stages/{shop['id']}", {"before": use["id"]})[0] == 200
    assert names(api, "stages") == ["Instalar", "Tienda", "Usar"]
    assert api.patch(f"stages/{install['id']}", {"before": None, "name": "Alta"})[1]["position"] == 2
    assert names(api, "stages") == ["Tienda", "Usar", "Alta"]

    told = {"stage": use["id"], "name": "Visita", "importance": 5, "moment_of_truth": True, "target": 20}
    status, visit = api.post("touchpoints", told)
    assert status == 201 and {name: visit[name] for name in told} == told and visit["owner"] is None
    app = api.post("touchpoints", {"stage": use["id"], "name": "App", "before": visit["id"]})[1]
    assert names(api, "touchpoints", stage=use["id"]) == ["App", "Visita"] and app["importance"] == 3
    assert names(api, "touchpoints", limit=1) == ["App"]
    next_url = api.get("touchpoints", limit=1)[1]["next"]
    assert names(api, next_url.partition("/api/v1/")[2]) == ["Visita"]
    counter = api.post("touchpoints", {"stage": shop["id"], "name": "Caja"})[1]
    moved = api.patch(f"touchpoints/{visit['id']}", {"stage": shop["id"], "before": counter["id"]})[1]
    assert (moved["stage"], moved["position"]) == (shop["id"], 0)
    assert names(api, "touchpoints") == ["Visita", "Caja", "App"]
    assert api.patch(f"touchpoints/{visit['id']}", {"importance": 4})[1]["moment_of_truth"] is True


def test_a_place_names_the_live_surveys_that_listen_there(inside: Organization, api: Api) -> None:  # noqa: F811
    stage = Stage.objects.create(name="Instalar")
    visit = Touchpoint.objects.create(stage=stage, name="Visita")
    live = {"state": Survey.State.PUBLISHED, "stage": stage}
    after = Survey.objects.create(name="Tras", kind=SurveyKind.TRANSACTIONAL, touchpoint=visit, **live)
    whole = Survey.objects.create(name="Etapa", kind=SurveyKind.PHASE, **live)
    Survey.objects.create(name="Borrador", kind=SurveyKind.PHASE, stage=stage)
    assert api.get(f"stages/{stage.pk}")[1]["surveys"] == [whole.pk]
    assert api.get("touchpoints")[1]["results"][0]["surveys"] == [after.pk]


def test_what_can_not_be_is_said_at_its_field(inside: Organization, api: Api) -> None:  # noqa: F811
    stage = Stage.objects.create(name="Instalar")
    visit = Touchpoint.objects.create(stage=stage, name="Visita")
    elsewhere = Touchpoint.objects.create(stage=Stage.objects.create(name="Usar", position=1), name="visita")
    note = {"held_on": "2026-03-02", "text": "x"}
    refused: list[tuple[int, Any, str]] = [
        (*api.post("stages", {"name": "INSTALAR"}), "name"),
        (*api.post("stages", {"name": " "}), "name"),
        (*api.post("stages", {"name": "x", "target": 101}), "target"),
        (*api.post("stages", {"name": "x", "owner": "nobody@andina.example"}), "owner"),
        (*api.post("stages", {"name": "x", "before": 987}), "before"),
        (*api.post("touchpoints", {"name": "x"}), "stage"),
        (*api.post("touchpoints", {"name": "x", "stage": stage.pk, "importance": 6}), "importance"),
        (*api.post("touchpoints", {"name": "x", "stage": stage.pk, "before": elsewhere.pk}), "before"),
        (*api.patch(f"touchpoints/{visit.pk}", {"stage": elsewhere.stage_id}), "name"),
        (*api.get("touchpoints", stage="x"), "stage"),
        (*api.post("notes", note | {"held_on": "2999-01-01"}), "held_on"),
        (*api.post("notes", note | {"people": 0}), "people"),
        (*api.post("notes", note | {"quotes": ["x" * 2000] * 6}), "quotes"),
        (*api.get("notes", kind="x"), "kind"),
    ]
    for status, problem, field in refused:
        assert (status, problem["errors"][0]["field"]) == (400, field), problem
    assert api.get("stages/987")[0] == 404 and api.patch("notes/987", {})[0] == 404
    assert Stage.objects.count() == 2 and not QualitativeNote.objects.exists()


def test_notes_are_kept_found_and_moved(inside: Organization, api: Api) -> None:  # noqa: F811
    stage = Stage.objects.create(name="Instalar")
    visit = Touchpoint.objects.create(stage=stage, name="Visita")
    told = {
        "kind": "focus_group",
        "held_on": "2026-03-02",
        "touchpoint": visit.pk,
        "people": 6,
        "who": "Dos autónomos",
        "text": "Nadie sabe cuándo viene el técnico.",
        "quotes": ["Esperé toda\nla mañana.", "Nadie llamó."],
    }
    status, note = api.post("notes", told)
    assert status == 201 and note["quotes"] == ["Esperé toda la mañana.", "Nadie llamó."]
    other = api.post("notes", {"held_on": "2026-04-02", "text": "Otra cosa."})[1]
    assert [n["id"] for n in api.get("notes")[1]["results"]] == [other["id"], note["id"]]
    for asked in (
        {"q": "TECNICO"},
        {"q": "espere toda"},
        {"q": "autonomos"},
        {"stage": stage.pk},
        {"to": "2026-03-31"},
    ):
        assert [n["id"] for n in api.get("notes", **asked)[1]["results"]] == [note["id"]], asked
    assert api.get("notes", q="espere nadie")[1]["results"] == []
    moved = api.patch(f"notes/{note['id']}", {"stage": stage.pk})[1]
    assert (moved["stage"], moved["touchpoint"], moved["text"]) == (stage.pk, None, told["text"])
    written = AuditEntry.objects.filter(action__startswith="note.")
    assert "técnico" not in str([entry.data for entry in written])


def test_told_twice_with_one_key_it_is_drawn_once(cast: Cast, inside: Organization, api: Api) -> None:  # noqa: F811
    stage = api.post("stages", {"name": "Instalar"})[1]
    for _again in range(2):
        status, note = api.post("notes", {"held_on": "2026-03-02", "text": "x", "stage": stage["id"]}, once="n-1")
        assert status == 201
    assert QualitativeNote.objects.get().pk == note["id"]
    assert api.delete(f"stages/{stage['id']}") == 204 and not Stage.objects.exists()
    assert QualitativeNote.objects.get().stage is None
    assert api.delete(f"notes/{note['id']}") == 204 and not QualitativeNote.objects.exists()
