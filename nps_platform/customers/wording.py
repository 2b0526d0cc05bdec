"""The words for what is wrong with a file, a column choice, a row, a segment; made from codes in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nps_platform.lib.csvio import CsvRefused
from nps_platform.lib.formats import number
from nps_platform.tenancy.templatetags.circulo import reader_locale

ROW_PROBLEMS: dict[str, Any] = {
    "no_identity": gettext_lazy("Neither a customer number nor an e-mail: nobody could say who this is."),
    "invalid_email": gettext_lazy("This is not an e-mail address."),
    "ambiguous_email": gettext_lazy("Several customers share this e-mail; give the customer number."),
    "duplicate": gettext_lazy("This customer was named before; the first row holds."),
    "duplicate_of": gettext_lazy("Already in row %(value)s; the first one holds."),
    "erased": gettext_lazy("This person was erased and can't be brought back."),
    "taken": gettext_lazy("Another customer has this already."),
    "too_long": gettext_lazy("Too long."),
    "unknown_unit": gettext_lazy("There is no unit with this code or name."),
    "unknown_timezone": gettext_lazy("This is not a time zone such as America/Santiago."),
    "unknown_country": gettext_lazy("This is not a country's code such as CL."),
    "unknown_language": gettext_lazy("This is not a language such as es, en or it."),
    "unknown_currency": gettext_lazy("This is not a currency such as EUR or USD."),
    "unknown_purpose": gettext_lazy("A permission's purpose is feedback, offers or referral."),
    "unknown_channel": gettext_lazy("A permission's channel is email, sms, whatsapp or phone."),
    "attribute_name": gettext_lazy("Not an attribute's name, or too many attributes."),
    "not_a_choice": gettext_lazy("Not one of the choices."),
    "too_precise": gettext_lazy("More than four decimals."),
    "too_many_cells": gettext_lazy(
        "More cells than the heading has columns; a text with a separator may lack its quotes."
    ),
    "out_of_range": gettext_lazy("Outside what can be stored."),
    "empty": gettext_lazy("Nothing is filled in."),
    "malformed": gettext_lazy("This can't be read."),
    "number_malformed": gettext_lazy("This is not a number."),
    "number_ambiguous": gettext_lazy("This could be thousands or decimals; choose the decimal sign."),
    "number_out_of_range": gettext_lazy("This number is too large."),
    "number_empty": gettext_lazy("There is no number."),
    "date_malformed": gettext_lazy("This is not a date."),
    "date_ambiguous": gettext_lazy("Day or month first? Choose how dates are written."),
    "date_out_of_range": gettext_lazy("This date does not exist."),
    "period_malformed": gettext_lazy("This is not a month such as 2026-03."),
    "period_ambiguous": gettext_lazy("Day or month first? Choose how dates are written."),
    "period_out_of_range": gettext_lazy("This month does not exist."),
    "boolean_malformed": gettext_lazy("This is neither yes nor no."),
}
FILE_PROBLEMS: dict[str, Any] = {
    "empty": gettext_lazy("The file is empty."),
    "too_big": gettext_lazy("The file is too big: at most %(megabytes)s MB."),
    "nul_bytes": gettext_lazy("The file holds bytes that no text has. Save it as CSV and try again."),
    "encoding": gettext_lazy("The file's characters can't be read. Save it as CSV in UTF-8 and try again."),
    "line_too_long": gettext_lazy("The file has a line without end. Is it a CSV file?"),
    "cell_too_long": gettext_lazy("Line %(detail)s has a cell of more than 10,000 characters."),
    "too_many_columns": gettext_lazy("The file has more than %(detail)s columns."),
    "too_many_rows": gettext_lazy("The file has too many rows. Cut it in two."),
    "malformed": gettext_lazy(
        "A quote that opens in line %(detail)s is not closed. Close it, or take it out, and try again."
    ),
    "crashed": gettext_lazy("Something went wrong on our side. What was written stays; try again."),
    "stopped": gettext_lazy("It was stopped. What was written stays."),
}
MAPPING_PROBLEMS: dict[str, Any] = {
    "no_identity": gettext_lazy("Choose the column with the customer number or the one with the e-mail."),
    "no_customer": gettext_lazy("Choose the column that names the customer."),
    "no_amount": gettext_lazy("Choose the column with the amount."),
    "no_period": gettext_lazy("Choose the column with the month, or the month that the whole file is about."),
    "no_currency": gettext_lazy("Choose the column with the currency, or the currency of the whole file."),
    "twice": gettext_lazy("Two columns can't become the same field."),
    "too_many_attributes": gettext_lazy("An organisation has at most 200 attributes."),
    "unknown_target": gettext_lazy("This attribute is gone; choose another."),
}
RULE_PROBLEMS: dict[str, Any] = {
    "empty": gettext_lazy("Fill in a value."),
    "too_long": gettext_lazy("This value is too long."),
    "unknown_field": gettext_lazy("Choose what to look at."),
    "unknown_operator": gettext_lazy("Choose how to compare."),
    "not_a_choice": gettext_lazy("Choose one of the list."),
    "malformed": gettext_lazy("This can't be read as a value of that kind."),
    "ambiguous": gettext_lazy("Write the date as 2026-03-31, the number without thousands signs."),
    "out_of_range": gettext_lazy("A whole number from 1 to 36500."),
    "too_many": gettext_lazy("A segment has at most 20 conditions."),
}


def also_say(*, rows: Mapping[str, Any], mappings: Mapping[str, Any]) -> None:
    """The words for the codes of a kind that a room above brings; called when it is ready."""
    ROW_PROBLEMS.update(rows)
    MAPPING_PROBLEMS.update(mappings)


def row_problem(code: str, value: str = "") -> str:
    """Why a row was refused."""
    return str(ROW_PROBLEMS.get(code, ROW_PROBLEMS["malformed"])) % {"value": value}


def file_problem(error: CsvRefused) -> str:
    """Why a file is not read."""
    if error.code == "not_csv":
        return _not_csv(error.detail)
    words = FILE_PROBLEMS.get(error.code, FILE_PROBLEMS["malformed"])
    detail = error.detail if not error.detail.isdigit() else number(int(error.detail), locale=reader_locale())
    megabytes = int(error.detail) // (1024 * 1024) if error.code == "too_big" and error.detail.isdigit() else 0
    return str(words) % {"detail": detail, "megabytes": number(megabytes, locale=reader_locale())}


def _not_csv(kind: str) -> str:
    if kind in {"xlsx", "xls"}:
        return _("This is an Excel workbook. In Excel choose “Save as… CSV” and upload that file.")
    return _("This is not a CSV file.")


def job_problem(problem: str) -> str:
    """Why an import ended early: a code, and behind it the detail, where there is one."""
    code, _space, detail = problem.partition(" ")
    return file_problem(CsvRefused(code, detail))


def mapping_problem(code: str) -> str:
    """Why a choice of columns can't be used."""
    return str(MAPPING_PROBLEMS[code])


def rule_problem(code: str) -> str:
    """What is wrong with a segment's condition."""
    return str(RULE_PROBLEMS.get(code, RULE_PROBLEMS["malformed"]))
