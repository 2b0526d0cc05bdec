"""A survey by API alone, with all that the editor can do: every kind of question, follow-ups, pages for segments, versions."""

from __future__ import annotations

from typing import Any

from nps_platform.customers.models import Segment
from nps_platform.tenancy.models import Organization
from surveys.models import Stage, Survey, Touchpoint
from tests.surveys.test_asking_api import Api, api  # noqa: F401

KINDS = ("csat", "ces", "choice", "multiple", "scale", "text")
ENDS = {"text": "¿Y esto?", "low": "Nada", "high": "Mucho"}


def question(key: str, kind: str, **more: Any) -> dict[str, Any]:
    options = [{"key": k, "texts": {"es": k.upper()}} for k in ("a", "b")] if kind in ("choice", "multiple") else []
    return {"key": key, "kind": kind, "texts": {"es": ENDS}, "options": options} | more


def draft(api: Api, **more: Any) -> dict[str, Any]:  # noqa: F811
    status, survey = api.post("surveys", {"kind": "relational", "name": "R", "languages": ["es"]} | more)
    assert status == 201, survey
    return survey


def test_every_kind_of_question_with_its_follow_up_and_pages_for_a_segment(inside: Organization, api: Api) -> None:  # noqa: F811
    segment = Segment.objects.create(name="Empresas", rules={"match": "all", "rules": []})
    asked = [question(kind, kind) for kind in KINDS]
    asked[4] |= {"low": 1, "high": 10}
    after = question("after", "text", shown={"classes": ["detractor"], "question": "ces", "answers": ["1", "2"]})
    survey = draft(api, questions=[*asked, after])
    here = f"surveys/{survey['id']}"
    pages = [*survey["thanks_pages"], {"nps_class": "promoter", "segment": segment.pk, "step": "referral"}]
    pages[-1] |= {"code": "AMIGO-{{customer}}", "texts": {"es": {"title": "Gracias", "step": "Regálalo"}}}
    assert api.patch(here, {"thanks_pages": pages})[0] == 200
    status, live = api.post(f"{here}/publish")
    assert status == 200, live
    assert [q["kind"] for q in live["questions"]][-7:] == [*KINDS, "text"]
    assert live["questions"][-1]["shown"] == after["shown"]
    assert live["thanks_pages"][-1]["code"] == "AMIGO-{{customer}}"


def test_what_is_not_named_stays(inside: Organization, api: Api) -> None:  # noqa: F811
    survey = draft(api, questions=[question("csat", "csat")])
    here = f"surveys/{survey['id']}"
    title = survey["thanks"]["promoter"]["es"]["title"]
    told = {
        "questions": [{"key": "csat", "texts": {"es": {"text": "¿Qué tal?"}}}],
        "thanks": {"promoter": {"es": {"body": "Hasta pronto."}}},
    }
    changed = api.patch(here, told)[1]
    assert changed["questions"][-1]["texts"]["es"] == ENDS | {"text": "¿Qué tal?"}
    assert changed["thanks"]["promoter"]["es"] == {"title": title, "body": "Hasta pronto."}


def test_publishing_says_everything_that_is_missing_and_can_leave_a_language_out(
    inside: Organization,
    api: Api,  # noqa: F811
) -> None:
    survey = draft(api, languages=["es", "ar"])
    here = f"surveys/{survey['id']}"
    status, problem = api.post(f"{here}/publish")
    found = [error["field"] for error in problem["errors"]]
    assert status == 400 and {"nps", "thanks", "mail"} <= set(found)
    assert found.count("mail") == 3  # subject, opening and signature, not the last of them alone
    assert api.post(f"{here}/publish", {"without": ["xx"]})[0] == 400
    status, live = api.post(f"{here}/publish", {"without": ["ar"]})
    assert (status, live["version"], live["languages"]) == (200, 1, ["es", "ar"])
    assert Survey.objects.get().languages == ["es"]


def test_what_the_editor_could_not_keep_is_refused_at_its_field(inside: Organization, api: Api) -> None:  # noqa: F811
    visit = Touchpoint.objects.create(stage=Stage.objects.create(name="Instalar"), name="Visita")
    here = f"surveys/{draft(api)['id']}"
    long = {"es": {"text": "x" * 301}}
    options = [{"key": f"o{n}", "texts": {"es": str(n)}} for n in range(31)]
    refused: list[tuple[dict[str, Any], str]] = [
        ({"questions": [{"key": "nps", "texts": long}]}, "questions.0.texts.es.text.0"),
        ({"questions": [question("q", "choice", options=options)]}, "questions.0.options"),
        ({"questions": [{"key": "why-passive", "kind": "csat"}]}, "questions"),
        ({"questions": [{"key": "new"}]}, "questions"),
        ({"thanks": {"promoter": {"es": {"title": "x" * 91}}}}, "thanks.promoter.es.title.0"),
        ({"touchpoint": visit.pk}, "touchpoint"),
        ({"stage": visit.stage_id}, "stage"),
    ]
    for told, field in refused:
        status, problem = api.patch(here, told)
        assert status == 400 and field.startswith(problem["errors"][0]["field"]), (told, problem)
    again = [{"key": "why-passive", "remove": True}, question("why-passive", "csat")]
    assert api.patch(here, {"questions": again})[1]["questions"][-1]["kind"] == "csat"


def test_a_touchpoint_brings_its_stage(inside: Organization, api: Api) -> None:  # noqa: F811
    install, use = Stage.objects.create(name="Instalar"), Stage.objects.create(name="Usar", position=1)
    visit, app = (Touchpoint.objects.create(stage=stage, name=stage.name) for stage in (install, use))
    told = {"kind": "transactional", "name": "T", "languages": ["es"], "touchpoint": visit.pk, "stage": use.pk}
    survey = api.post("surveys", told)[1]
    assert (survey["touchpoint"], survey["stage"]) == (visit.pk, install.pk)
    moved = api.patch(f"surveys/{survey['id']}", {"touchpoint": app.pk})[1]
    assert (moved["touchpoint"], moved["stage"]) == (app.pk, use.pk)


def test_a_draft_is_thrown_away_and_what_is_archived_no_longer_changes(inside: Organization, api: Api) -> None:  # noqa: F811
    survey = draft(api)
    here = f"surveys/{survey['id']}"
    api.post(f"{here}/publish")
    assert api.patch(here, {"subject_name": "Otra"})[1]["has_changes"] is True
    assert api.post(f"{here}/discard")[1]["has_changes"] is False
    assert api.post(f"{here}/archive")[1]["state"] == "archived"
    assert api.patch(here, {"name": "N"})[0] == api.post(f"{here}/publish")[0] == api.post(f"{here}/discard")[0] == 409
    assert api.post(f"{here}/restore")[1]["state"] == "published"
    assert api.patch(here, {"name": "N"})[1]["name"] == "N"
