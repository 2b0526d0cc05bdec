"""Guessing which column of a file is which field, by its heading in English, Spanish or Italian and by its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from nps_platform.lib.values import Unreadable, parse_bool, parse_date, parse_number, parse_period, parse_score
from nps_platform.lib.words import fold

Kind = Literal["text", "email", "phone", "number", "date", "period", "bool", "currency", "language", "score"]


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """A field to find: its name, headings people give it (any case, accents, separators), what its values look like."""

    name: str
    synonyms: tuple[str, ...] = ()
    kind: Kind = "text"


_CUSTOMER_ID = (
    "customer id", "customer", "customer code", "customer number", "client id", "account number", "user id", "id",
    "external id", "reference", "id cliente", "cliente", "codigo cliente", "codigo de cliente", "numero de cliente",
    "nro cliente", "n cliente", "legajo", "rut", "dni", "codice cliente", "codice", "numero cliente", "matricola",
)  # fmt: skip

CUSTOMER_FIELDS: tuple[FieldGuess, ...] = (
    FieldGuess("external_id", _CUSTOMER_ID),
    FieldGuess("email", ("email", "e mail", "mail", "email address", "correo", "correo electronico",
                         "direccion de correo", "posta elettronica", "indirizzo email"), "email"),
    FieldGuess("phone", ("phone", "mobile", "telephone", "phone number", "cell", "telefono", "movil", "celular",
                         "numero de telefono", "cellulare", "numero di telefono"), "phone"),
    FieldGuess("name", ("name", "full name", "customer name", "contact", "nombre", "nombre completo",
                        "nombre y apellido", "nombre y apellidos", "nombre cliente", "razon social", "nome",
                        "nome e cognome", "nome completo", "nominativo", "ragione sociale")),
    FieldGuess("language", ("language", "lang", "locale", "idioma", "lengua", "lingua"), "language"),
    FieldGuess("account", ("account", "company", "organization", "organisation", "business", "empresa", "cuenta",
                           "compania", "organizacion", "azienda", "societa", "conto")),
    FieldGuess("unit", ("unit", "business unit", "region", "branch", "store", "country", "unidad", "sucursal", "tienda",
                        "pais", "zona", "delegacion", "unita", "filiale", "negozio", "regione", "paese", "sede")),
    FieldGuess("joined_on", ("joined on", "joined", "signup date", "sign up date", "customer since", "start date",
                             "created", "created at", "registration date", "alta", "fecha de alta", "fecha alta",
                             "cliente desde", "fecha de ingreso", "fecha de registro", "data iscrizione",
                             "cliente dal", "data inizio", "data di registrazione"), "date"),
)  # fmt: skip

REVENUE_FIELDS: tuple[FieldGuess, ...] = (
    FieldGuess("customer", _CUSTOMER_ID),
    FieldGuess("period", ("period", "month", "billing month", "invoice date", "date", "periodo", "mes", "fecha",
                          "fecha de factura", "mes de facturacion", "mese", "data", "data fattura",
                          "competenza"), "period"),
    FieldGuess("amount", ("amount", "revenue", "total", "billed", "invoiced", "value", "monthly charges", "net amount",
                          "sales", "spend", "importe", "monto", "ingreso", "ingresos", "facturacion", "facturado",
                          "valor", "cargo mensual", "ventas", "importo", "fatturato", "ricavo", "ricavi", "valore",
                          "totale", "vendite"), "number"),
    FieldGuess("currency", ("currency", "currency code", "moneda", "divisa", "valuta"), "currency"),
)  # fmt: skip

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./-]{5,20}")
_LANGUAGES = frozenset(("english", "ingles", "inglese", "spanish", "espanol", "spagnolo", "italian", "italiano"))
_EXACT, _ALL_WORDS, _VALUES_ALONE, _VALUES_AGREE = 6, 3, 1, 1
_ENOUGH = 0.6


def heading_words(heading: str) -> str:
    """ "customerID", "Código_cliente", "E-mail:" as folded words: "customer id", "codigo cliente", "e mail"."""
    spaced = _CAMEL.sub(" ", heading)
    return " ".join(re.findall(r"[a-z0-9]+", fold(spaced)))


def guess_mapping(
    header: Sequence[str], samples: Sequence[Sequence[str]], fields: Sequence[FieldGuess]
) -> dict[int, str]:
    """Column index → field name; the best pairs first, each column and field once, the rest left to the person."""
    scored = [
        (score, -index, -order, index, guess.name)
        for index, heading in enumerate(header)
        for order, guess in enumerate(fields)
        if (score := _score(heading_words(heading), _column(samples, index), guess))
    ]
    mapping: dict[int, str] = {}
    for *_rank, index, name in sorted(scored, reverse=True):
        if index not in mapping and name not in mapping.values():
            mapping[index] = name
    return dict(sorted(mapping.items()))


def _column(samples: Sequence[Sequence[str]], index: int) -> list[str]:
    return [cells[index].strip() for cells in samples if index < len(cells) and cells[index].strip()]


def _score(words: str, values: list[str], guess: FieldGuess) -> int:
    heading = _heading_score(words, guess)
    if not values or guess.kind == "text":
        return heading
    fits = sum(map(_LOOKS_LIKE[guess.kind], values)) / len(values) >= _ENOUGH
    if not heading:
        return _VALUES_ALONE if fits and guess.kind == "email" else 0
    return heading + _VALUES_AGREE if fits else 0


def _heading_score(words: str, guess: FieldGuess) -> int:
    known = {heading_words(synonym) for synonym in (guess.name, *guess.synonyms)}
    if words in known or words.replace(" ", "") in {synonym.replace(" ", "") for synonym in known}:
        return _EXACT
    present = set(words.split())
    longest = max((len(s.split()) for s in known if set(s.split()) <= present and s != "id"), default=0)
    return _ALL_WORDS + min(longest, 2) - 1 if longest else 0


def _reads(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def looks_right(value: str) -> bool:
        try:
            parse(value)
        except Unreadable as error:
            return error.code == "ambiguous"
        return True

    return looks_right


_LOOKS_LIKE: dict[str, Callable[[str], bool]] = {
    "email": lambda value: bool(_EMAIL.fullmatch(value)),
    "phone": lambda value: bool(_PHONE.fullmatch(value)),
    "number": _reads(lambda value: parse_number(re.sub(r"[^0-9.,\s'’+-]", "", value))),
    "date": _reads(parse_date),
    "period": _reads(parse_period),
    "bool": _reads(parse_bool),
    "score": _reads(parse_score),
    "currency": lambda value: bool(re.fullmatch(r"[A-Za-z]{3}", value)),
    "language": lambda value: (
        bool(re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?", value)) or fold(value) in _LANGUAGES
    ),
}
