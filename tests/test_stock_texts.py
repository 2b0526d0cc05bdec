"""What Django's and allauth's forms say in Spanish: as the rest of the tool does, never *usted*."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import pytest
from allauth.account.adapter import get_adapter
from babel.messages.mofile import read_mo
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core import validators
from django.test import Client
from django.utils import translation
from django.utils.functional import Promise

from nps_platform.lib.stock_texts import STOCK

# Imperatives and possessives of usted, as Django's own Spanish has them.
USTED = re.compile(
    r"\b(usted|su|sus|introduzca|ingrese|asegúrese|escoja|seleccione|escriba|envíe|compruebe|marque|corrija|inténtelo"
    r"|ha (confirmado|cerrado|indicado|enviado)|puede (añadir|eliminar)|debe escribir)\b",
    re.IGNORECASE,
)


def texts_of(*kinds: type) -> Iterator[str | Promise]:
    for kind in kinds:
        yield from getattr(kind, "default_error_messages", {}).values()
        if message := getattr(kind, "message", None):
            yield message


def of_the_forms() -> Iterator[str | Promise]:
    """Every text that a form field, a validator or allauth's adapter may answer with."""
    yield from texts_of(*(kind for kind in vars(forms).values() if isinstance(kind, type)))
    yield from texts_of(*(kind for kind in vars(validators).values() if isinstance(kind, type)))
    yield from (kind.message for kind in vars(validators).values() if hasattr(kind, "message"))
    yield from (
        text for name, text in get_adapter().error_messages.items() if "phone" not in name and "username" not in name
    )


def test_no_field_and_no_validator_says_usted() -> None:
    with translation.override("es"):
        said = {str(text) for text in of_the_forms()} | set(password_validators_help_texts())
    assert len(said) > 40
    assert {text for text in said if USTED.search(text)} == set()


def test_every_stock_text_is_one_that_a_library_says() -> None:
    """One that was renamed upstream would stay in our catalogues for nothing, and the new one would be theirs."""
    homes = (Path(django.__file__).parent, Path(django.__file__).parent / "contrib/auth", Path(allauth.__file__).parent)
    files = [
        *homes[0].glob("conf/locale/es/*/*.mo"),
        *homes[1].glob("locale/es/*/*.mo"),
        *homes[2].glob("locale/es/*/*.mo"),
    ]
    known = set()
    for file in files:
        with file.open("rb") as opened:
            known |= {message.id if isinstance(message.id, str) else message.id[0] for message in read_mo(opened)}
    assert len(files) == len(homes)
    assert {text if isinstance(text, str) else text[0] for text in STOCK} - known == set()


@pytest.mark.django_db
def test_signing_up_in_spanish_speaks_as_the_tool_does() -> None:
    page = Client(headers={"accept-language": "es"}).post("/accounts/signup/", {"email": "ana", "password1": "12345"})
    assert "Esta dirección de correo no es válida." in page.text
    assert "La contraseña es demasiado corta: debe tener al menos 10 caracteres." in page.text
    assert "Tu contraseña no puede tener solo números." in page.text
    assert USTED.search(" ".join(re.sub(r"<[^>]+>", " ", page.text).split())) is None
