"""Operators import by command what people import by page."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from nps_platform.customers.models import AttributeDefinition, Customer, RevenueEntry
from nps_platform.tenancy.models import AuditEntry
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_customers_and_then_their_charges(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "charges.csv"
    file.write_text("customerID,Contract,MonthlyCharges\n7590-A,One year,29.85\n5575-B,Monthly,56.95\n")
    assert "imported: created 2" in run("import_customers", "andina", str(file), "--attributes")
    assert "unchanged 2" in run("import_customers", "andina", str(file))
    out = run("import_revenue", "andina", str(file), "--month", "2026-03", "--currency", "usd")
    assert "imported: USD 86.80, of which 0 unmatched" in out
    with entered(cast.organization):
        assert Customer.objects.get(external_id="7590-A").attributes == {
            "contract": "One year",
            "monthly_charges": 29.85,
        }
        assert AttributeDefinition.objects.count() == 2 and RevenueEntry.objects.count() == 2
        assert AuditEntry.objects.filter(actor_label="import_revenue", action="import.finished").exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("import_customers", "nobody", "x.csv"), "no organisation"),
        (("import_customers", "andina", "missing.csv"), "No such file"),
        (("import_revenue", "andina", "missing.csv", "--month", "soon"), "not a month"),
        (("import_revenue", "andina", "missing.csv", "--currency", "QQQ"), "not a currency"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(cast: Cast, args: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*args)
