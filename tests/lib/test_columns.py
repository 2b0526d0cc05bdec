"""Reading columns: which one is which field, and how its dates, months, numbers and yes/no are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_platform.lib.mapping import CUSTOMER_FIELDS, REVENUE_FIELDS, FieldGuess, guess_mapping
from nps_platform.lib.values import (
    Unreadable,
    guess_day_first,
    guess_decimal_comma,
    parse_bool,
    parse_date,
    parse_number,
    parse_period,
)


@pytest.mark.parametrize(
    ("header", "row", "mapping"),
    [
        (
            ["Código de cliente", "Nombre y apellidos", "Correo electrónico", "Móvil", "Fecha de alta", "Empresa"],
            ["a1", "Ana Núñez", "ana@x.es", "+34 600 111 222", "01/03/2024", "Acme"],
            ["external_id", "name", "email", "phone", "joined_on", "account"],
        ),
        (
            ["CODICE_CLIENTE", "nominativo", "E-mail", "Lingua", "Regione"],
            ["a1", "Anna", "anna@x.it", "it", "Lazio"],
            ["external_id", "name", "email", "language", "unit"],
        ),
        (
            ["customerID", "gender", "fullName", "contact address"],
            ["7590", "F", "Ana", "ana@x.com"],
            ["external_id", None, "name", "email"],
        ),
    ],
)
def test_customer_columns_are_recognised_in_three_languages(header, row, mapping):
    guessed = guess_mapping(header, [row], CUSTOMER_FIELDS)
    assert [guessed.get(i) for i in range(len(header))] == mapping


@pytest.mark.parametrize(
    "header", [["Id cliente", "Mes", "Importe", "Moneda"], ["Codice cliente", "Mese", "Importo", "Valuta"]]
)
def test_revenue_columns_are_recognised(header):
    guessed = guess_mapping(header, [["a1", "2026-03", "1.234,50 €", "EUR"]], REVENUE_FIELDS)
    assert list(guessed.values()) == ["customer", "period", "amount", "currency"]


def test_a_heading_whose_values_contradict_it_is_left_to_the_person():
    assert guess_mapping(["date", "amount"], [["soon", "lots"]] * 5, REVENUE_FIELDS) == {}


def test_each_field_is_given_to_one_column_the_best():
    fields = [FieldGuess("email", ("mail",), "email")]
    header = ["second mail", "E-Mail"]
    assert guess_mapping(header, [["a@x.es", "b@x.es"]], fields) == {1: "email"}


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("2026-03-01", None, date(2026, 3, 1)),
        ("2026-03-01T10:00:00Z", None, date(2026, 3, 1)),
        ("2026/3/1 10:00", None, date(2026, 3, 1)),
        ("20260301", None, date(2026, 3, 1)),
        ("01/03/2026", True, date(2026, 3, 1)),
        ("01/03/2026", False, date(2026, 1, 3)),
        ("25.12.26", None, date(2026, 12, 25)),
        ("12-25-1999", None, date(1999, 12, 25)),
        ("03/03/2026", None, date(2026, 3, 3)),
        ("1 de marzo de 2026", None, date(2026, 3, 1)),
        ("1º marzo 2026", None, date(2026, 3, 1)),
        ("15-ago-2026", None, date(2026, 8, 15)),
        ("March 1st, 2026", None, date(2026, 3, 1)),
        ("31 dicembre 2026", None, date(2026, 12, 31)),
    ],
)
def test_dates_are_read_as_people_write_them(text, day_first, expected):
    assert parse_date(text, day_first) == expected


@pytest.mark.parametrize(
    ("text", "day_first", "code"),
    [
        ("", None, "empty"),
        ("01/03/2026", None, "ambiguous"),
        ("31/02/2026", None, "out_of_range"),
        ("25/12/2026", False, "out_of_range"),
        ("0001-01-01", None, "out_of_range"),
        ("2026-03/01", None, "malformed"),
        ("tomorrow", None, "malformed"),
        ("45000", None, "malformed"),
        ("1 brumario 2026", None, "malformed"),
    ],
)
def test_dates_that_read_two_ways_or_none_are_refused(text, day_first, code):
    with pytest.raises(Unreadable) as refusal:
        parse_date(text, day_first)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "text", ["2026-03", "2026/3", "202603", "03/2026", "3-2026", "2026-03-17", "17/03/2026", "marzo 2026",
             "Marzo de 2026", "mar-26", "March 2026", "2026 marzo"],
)  # fmt: skip
def test_a_month_is_its_first_day_however_written(text):
    assert parse_period(text) == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["", "2026", "13/2026", "2026-00", "pronto 2026", "01/03/2026", "marzo"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(Unreadable):
        parse_period(text)


def test_a_column_tells_how_it_writes_dates_and_decimals():
    assert guess_day_first(["01/03/2026", "25/03/2026"]) is True
    assert guess_day_first(["01/03/2026", "03/25/2026"]) is False
    assert guess_day_first(["01/03/2026", "2026-01-01"]) is None
    assert guess_day_first(["25/03/2026", "03/25/2026"]) is None
    assert guess_decimal_comma(["1.234", "7,50 €"]) is True
    assert guess_decimal_comma(["1,234", "$ 7.50"]) is False
    assert guess_decimal_comma(["1.234", "12", ""]) is None
    assert guess_decimal_comma(["7,50", "7.50"]) is None


def test_yes_and_no_in_three_languages():
    assert all(map(parse_bool, ["sí", "SI", "Sì", "yes", "1", "true", "x", "Vero"]))
    assert not any(map(parse_bool, ["no", "0", "False", "falso", "N"]))
    with pytest.raises(Unreadable):
        parse_bool("perhaps")


@given(st.decimals("-99999999", "99999999", places=3), st.booleans())
def test_numbers_survive_being_written_by_hand(value, comma):
    written = f"{value:,}"
    if comma:
        written = written.translate(str.maketrans(",.", ".,"))
    assert parse_number(written, comma) == Decimal(value)


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(text):
    for parse in (parse_number, parse_date, parse_period, parse_bool):
        try:
            parse(text)
        except Unreadable as refusal:
            assert refusal.code in {"empty", "malformed", "ambiguous", "out_of_range"}
