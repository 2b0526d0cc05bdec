"""Incidents told by another system: nobody there is asked while they last."""

from __future__ import annotations

from nps_platform.tenancy.models import AuditEntry, Organization, Unit
from surveys.actions import simulate
from surveys.models import Incident
from tests.surveys.test_asking_api import Api, api  # noqa: F401
from tests.surveys.waves import customer, draft_wave


def test_an_outage_told_by_api_keeps_its_unit_from_being_asked_until_it_ends(inside: Organization, api: Api) -> None:  # noqa: F811
    lima = Unit.objects.create(name="Lima", code="pe-lima")
    Unit.objects.filter(pk=lima.pk).update(path=f"/{lima.pk}/")
    customer(1, unit=lima)
    customer(2)
    programme = draft_wave()
    status, told = api.post("incidents", {"note": "Corte de fibra", "unit": "PE-Lima"})
    assert (status, told["unit"], told["ends_at"]) == (201, "pe-lima", None)
    assert simulate(programme).skipped == {"incident": 1}
    assert [row["id"] for row in api.get("incidents", state="on", unit="pe-lima")[1]["results"]] == [told["id"]]
    assert api.get("incidents", state="over")[1]["results"] == []
    status, over = api.post(f"incidents/{told['id']}/end")
    assert status == 200 and over["ends_at"]
    assert simulate(programme).skipped == {}
    assert api.post(f"incidents/{told['id']}/end")[1] == over  # told twice, it ended once
    assert AuditEntry.objects.filter(action="incident.ended").count() == 1
    assert [row["note"] for row in api.get("incidents", state="over")[1]["results"]] == ["Corte de fibra"]


def test_everywhere_has_to_be_said(inside: Organization, api: Api) -> None:  # noqa: F811
    customer(1)
    assert api.post("incidents", {"note": "Nothing works"})[0] == 400
    assert api.post("incidents", {"note": "", "unit": None})[0] == 400
    status, problem = api.post("incidents", {"note": "Nothing works", "unit": "Atlantis"})
    assert status == 400 and "There is no such unit." in str(problem)
    assert not Incident.objects.exists()
    assert api.post("incidents", {"note": "Nothing works", "unit": None})[0] == 201
    assert simulate(draft_wave()).skipped == {"incident": 1}
    assert api.get("incidents", state="x")[0] == 400
    assert api.post("incidents/987/end")[0] == 404
