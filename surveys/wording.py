"""What customers read where nobody has written anything else: the texts of each kind's template, and the mail's frame.

These are content in the customer's language and form of address, kept in `texts/<language>.toml` (`-tu` for Spanish tú);
they are copied into a survey when it is made and belong to it from then on.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.models import Address, Language, Organization

TEXTS = Path(__file__).parent / "texts"
CLASSES = (NpsClass.PROMOTER, NpsClass.PASSIVE, NpsClass.DETRACTOR)
# What a survey's author may change in the mail; the rest of it is the frame.
MAIL_FIELDS = ("subject", "greeting", "intro", "signature", "reminder")


@lru_cache
def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def wording(language: str, organization: Organization) -> dict[str, Any]:
    """All texts of `language` in the organisation's form of address; English where the language is unknown."""
    if language == Language.ES and organization.address_form == Address.TU:
        return _load("es-tu")
    return _load(language if language in Language.values else Language.EN)


def question_text(kind: str, language: str, organization: Organization, **names: str) -> str:
    """The NPS question of a kind. `names`: subject, stage, touchpoint; an empty stage or touchpoint is not spoken of."""
    texts = wording(language, organization)["question"]
    place = names.get("stage") if kind == "phase" else names.get("touchpoint")
    return _filled(texts[f"{kind}_named" if place and f"{kind}_named" in texts else kind], names)


def mail_texts(kind: str, language: str, organization: Organization, **names: str) -> dict[str, str]:
    """The mail's own words for a kind: subject, greeting, intro, signature, reminder."""
    mail = wording(language, organization)["mail"]
    return {field: _filled(mail[kind].get(field) or mail[field], names) for field in MAIL_FIELDS}


def _filled(text: str, names: dict[str, str]) -> str:
    """Fill {subject} and the like; {{first_name}} stays for the moment of sending."""
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text
