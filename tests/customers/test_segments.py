"""A segment is a safe filter: each field and operator finds whom it names, whatever is typed into it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from nps_platform.customers.actions import load_revenue, upsert_customers
from nps_platform.customers.models import AttributeDefinition, Customer, Segment
from nps_platform.customers.rows import CustomerRow, RevenueRow
from nps_platform.customers.segments import BrokenSegment, count, customers_by, customers_in, validate_rules
from nps_platform.tenancy.models import Organization, Unit
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast


@pytest.fixture
def four(inside: Organization) -> dict[str, Unit]:
    """Ana (fibre, Lima), Beto (fibre, Peru), Caro (mobile, no unit), Dino, about whom nothing is known."""
    peru = Unit.objects.create(name="Perú", code="pe")
    Unit.objects.filter(pk=peru.pk).update(path=f"/{peru.pk}/")
    lima = Unit.objects.create(name="Lima", code="lim", parent=peru, path=f"/{peru.pk}/0/")
    Unit.objects.filter(pk=lima.pk).update(path=f"/{peru.pk}/{lima.pk}/")
    AttributeDefinition.objects.create(key="contains", label="Plan", kind="choice", choices=["fibra", "móvil"])
    AttributeDefinition.objects.create(key="renewal", label="Renewal", kind="date")
    today = timezone.localdate()
    upsert_customers(
        [
            CustomerRow(
                external_id="A1", name="Ana 100%", email="ana@Uno.example", language="es", unit="lim",
                account="SOL", joined_on=date(2019, 3, 14),
                attributes={"contains": "fibra", "tenure": 34.5, "vip": True, "renewal": today + timedelta(days=3)},
            ),
            CustomerRow(
                external_id="B1", name="Beto", email="beto@dos.example", language="it", unit="pe",
                joined_on=today - timedelta(days=10),
                attributes={"contains": "fibra", "tenure": 2, "vip": False, "renewal": today - timedelta(days=40)},
            ),
            CustomerRow(external_id="C1", name="Caro", email="caro@dos.example", attributes={"contains": "móvil"}),
            CustomerRow(external_id="D1"),
        ],
        by=None,
    )  # fmt: skip
    newest = today.replace(day=1) - timedelta(days=1)
    load_revenue(
        [
            RevenueRow("A1", newest, Decimal(100), "EUR"),
            RevenueRow("A1", newest - timedelta(days=800), Decimal(900), "EUR"),
            RevenueRow("B1", newest, Decimal(40), "EUR"),
            RevenueRow("C1", newest, Decimal(999), "USD"),
        ],
        by=None,
    )
    return {"peru": peru, "lima": lima}


def found(*conditions: tuple[str, str, str], match: str = "all") -> str:
    rules = {"match": match, "conditions": [{"field": f, "operator": o, "value": v} for f, o, v in conditions]}
    assert validate_rules(rules) == []
    numbers = customers_by(rules).order_by("pk").values_list("external_id", flat=True)
    return " ".join(number[0] for number in numbers if number)


@pytest.mark.parametrize(
    ("field", "operator", "value", "whom"),
    [
        ("name", "is", "beto", "B"),
        ("name", "contains", "%", "A"),
        ("name", "starts_with", "ca", "C"),
        ("name", "is_not", "Beto", "A C D"),
        ("name", "is_empty", "", "D"),
        ("name", "is_set", "", "A B C"),
        ("external_id", "is", "c1", "C"),
        ("email_domain", "is", "@DOS.example", "B C"),
        ("email_domain", "is_not", "dos.example", "A D"),
        ("language", "is", "es", "A"),
        ("language", "is_not", "es", "B C D"),
        ("account", "is", "sol", "A"),
        ("account", "is_not", "sol", "B C D"),
        ("account", "is_empty", "", "B C D"),
        ("joined_on", "before", "2020-01-01", "A"),
        ("joined_on", "within_days", "30", "B"),
        ("joined_on", "before_days", "30", "A"),
        ("joined_on", "is_empty", "", "C D"),
        ("attribute:contains", "is", "fibra", "A B"),
        ("attribute:contains", "is_not", "fibra", "C D"),
        ("attribute:contains", "is_empty", "", "D"),
        ("attribute:tenure", "at_least", "34,5", "A"),
        ("attribute:tenure", "at_most", "10", "B"),
        ("attribute:tenure", "is", "2", "B"),
        ("attribute:vip", "is", "no", "B"),
        ("attribute:vip", "is", "yes", "A"),
        ("attribute:renewal", "within_days", "30", "A"),
        ("attribute:renewal", "before_days", "30", "B"),
        ("revenue_year", "at_least", "100", "A"),
        ("revenue_year", "less_than", "50", "B C D"),
        ("revenue_total", "at_least", "1000", "A"),
        ("revenue_total", "at_least", "0", "A B C D"),
    ],
)
def test_each_condition_finds_whom_it_names(
    four: dict[str, Unit], field: str, operator: str, value: str, whom: str
) -> None:
    assert found((field, operator, value)) == whom


def test_a_unit_means_everything_below_it(four: dict[str, Unit]) -> None:
    peru, lima = str(four["peru"].pk), str(four["lima"].pk)
    assert found(("unit", "is", peru)) == "A B"
    assert found(("unit", "is", lima)) == "A"
    assert found(("unit", "is_not", lima)) == "B C D"
    assert found(("unit", "is_empty", "")) == "C D"


def test_all_means_both_and_any_means_one_of_them(four: dict[str, Unit]) -> None:
    both = (("attribute:contains", "is", "fibra"), ("language", "is", "it"))
    assert found(*both) == "B"
    assert found(*both, match="any") == "A B"
    assert found() == "A B C D"
    assert customers_in(None).count() == 4


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ({"match": "some"}, (None, "", "malformed")),
        ([1], (None, "", "malformed")),
        ({"conditions": ["x"]}, (0, "field", "malformed")),
        (
            {"conditions": [{"field": "organization__slug", "operator": "is", "value": "x"}]},
            (0, "field", "unknown_field"),
        ),
        ({"conditions": [{"field": "attribute:nope", "operator": "is", "value": "x"}]}, (0, "field", "unknown_field")),
        ({"conditions": [{"field": "name", "operator": "regex", "value": "("}]}, (0, "operator", "unknown_operator")),
        ({"conditions": [{"field": "name", "operator": "is", "value": " "}]}, (0, "value", "empty")),
        ({"conditions": [{"field": "name", "operator": "is", "value": "x\x00"}]}, (0, "value", "too_long")),
        ({"conditions": [{"field": "unit", "operator": "is", "value": "99999"}]}, (0, "value", "not_a_choice")),
        ({"conditions": [{"field": "joined_on", "operator": "before", "value": "soon"}]}, (0, "value", "malformed")),
        (
            {"conditions": [{"field": "joined_on", "operator": "within_days", "value": "²"}]},
            (0, "value", "out_of_range"),
        ),
        (
            {"conditions": [{"field": "revenue_year", "operator": "at_least", "value": "a lot"}]},
            (0, "value", "malformed"),
        ),
        ({"conditions": [{"field": "name", "operator": "is_set"}] * 21}, (None, "", "too_many")),
    ],
)
def test_what_is_not_on_the_white_list_is_refused_where_it_stands(
    inside: Organization, rules: object, problem: tuple[int | None, str, str]
) -> None:
    assert [(p.index, p.part, p.code) for p in validate_rules(rules)] == [problem]
    with pytest.raises(BrokenSegment):
        customers_in(Segment(name="x", rules=rules))


def test_typed_sql_and_quotes_are_only_text(four: dict[str, Unit]) -> None:
    for evil in ("'; DROP TABLE customers_customer; --", '" OR 1=1', "\\", "%_"):
        assert (
            found(("name", "contains", evil)) == found(("attribute:contains", "is_set", ""), ("name", "is", evil)) == ""
        )
    assert Customer.objects.count() == 4


def test_a_segment_counts_only_ones_own_living_customers(four: dict[str, Unit], cast: Cast) -> None:
    Customer.objects.filter(external_id="D1").update(erased_at=timezone.now())
    assert count({}) == 3
    with entered(cast.other):
        assert count({}) == 0
