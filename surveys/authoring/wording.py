"""What customers read where nobody has written anything else: the texts of each kind's template, and the mail's frame.

These are content in the customer's language and form of address, kept in `surveys/texts/<language>.toml` (Spanish `-tu` and `-vos`);
they are copied into a survey when it is made and belong to it from then on.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from nps_platform.lib.languages import PUBLIC_WORDS, understood
from nps_platform.tenancy.address import addressed
from nps_platform.tenancy.models import Organization
from surveys.authoring.content import MailTexts

TEXTS = Path(__file__).parents[1] / "texts"
MAIL_FIELDS = tuple(name for name in MailTexts.__dataclass_fields__ if name != "whatsapp")


@lru_cache
def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def words_language(language: str, organization: Organization) -> str:
    """The language of our own words on a page or in a mail written in `language` (docs/decisions/0021)."""
    return understood(language, PUBLIC_WORDS, organization.language)


def has_own_words(language: str) -> bool:
    """Whether a template exists in `language`; in others the company writes every text."""
    return understood(language, PUBLIC_WORDS, "") in (language, language.partition("-")[0])


def wording(language: str, organization: Organization) -> dict[str, Any]:
    """All texts of `language` in the organisation's form of address; of the nearest one where we lack it."""
    spoken = words_language(language, organization)
    return _load(addressed(spoken, organization))


def question_text(kind: str, language: str, organization: Organization, **names: str) -> str:
    """The NPS question of a kind. `names`: subject, stage, touchpoint; an empty stage or touchpoint is not spoken of."""
    texts = wording(language, organization)["question"]
    place = names.get("stage") if kind == "phase" else names.get("touchpoint")
    return filled(texts[f"{kind}_named" if place and f"{kind}_named" in texts else kind], names)


def mail_texts(kind: str, language: str, organization: Organization, **names: str) -> MailTexts:
    """The mail's own words for a kind."""
    mail = wording(language, organization)["mail"]
    return MailTexts(**{name: filled(mail[kind].get(name) or mail[name], names) for name in MAIL_FIELDS})


def filled(text: str, names: dict[str, str]) -> str:
    """Fill {subject} and the like; {{first_name}} stays for the moment of sending."""
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text
