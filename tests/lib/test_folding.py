"""The database folds what people type as `fold` does, on both engines; a search finds it whatever accents and case."""

from __future__ import annotations

import pytest
from django.db import connection

from nps_platform.customers.models import Customer
from nps_platform.lib.folding import FUNCTION, found_in
from nps_platform.lib.words import fold
from nps_platform.tenancy.models import Organization

# Latin with all its marks, Greek, Cyrillic, combining marks, ligatures and full width: what people here write.
LETTERS = [
    chr(code)
    for first, last in ((0x20, 0x590), (0x1E00, 0x2000), (0xFB00, 0xFB07), (0xFF01, 0xFF5F))
    for code in range(first, last)
]


@pytest.mark.django_db
def test_the_database_s_function_and_python_s_agree_letter_by_letter() -> None:
    with connection.cursor() as cursor:
        differ = []
        for letter in LETTERS:
            cursor.execute(f"SELECT {FUNCTION}(%s)", [f"é{letter}"])
            if cursor.fetchone()[0] != fold(f"é{letter}"):
                differ.append(letter)
        assert differ == []
        cursor.execute(f"SELECT {FUNCTION}(%s)", [None])
        assert cursor.fetchone()[0] is None


@pytest.mark.parametrize("asked", ["llamo", "LLAMÓ", "  elías   nuñez ", "ELIAS N", "ñúñez", "elias@correo", "ab-1"])
def test_the_database_keeps_the_folded_text_however_a_row_is_written(inside: Organization, asked: str) -> None:
    Customer.objects.bulk_create([Customer(name="x", email="Elías@Correo.example", external_id="AB-1")])
    Customer.objects.update(name="Llamó Elías Núñez")
    assert Customer.objects.filter(found_in("folded", asked)).count() == 1
    Customer.objects.update(name="", email="", external_id=None)
    assert Customer.objects.get().folded.strip() == "", "what was erased is found no more"


@pytest.mark.parametrize("asked", ["100%", "a_b", "nunez elias@correo", "\u0301%"])
def test_signs_stand_for_themselves_and_lines_do_not_run_together(inside: Organization, asked: str) -> None:
    Customer.objects.create(name="1000 acb Núñez", email="elias@correo.example")
    assert not Customer.objects.filter(found_in("folded", asked)).exists()


def test_who_asks_for_nothing_sees_everything(inside: Organization) -> None:
    Customer.objects.create(name="Ana")
    assert Customer.objects.filter(found_in("folded", "  ")).count() == 1
