"""How customers are spoken to: the catalogue of a language in an organisation's form of address.

Our catalogue of Spanish says *tú* to colleagues and *usted* to customers. `locale/es_TU` and `locale/es_Vos` hold the
customers' words in the other forms (`lib/catalogues.py`).
"""

from __future__ import annotations

from nps_platform.tenancy.models import Address, Organization


def addressed(language: str, organization: Organization) -> str:
    """What to activate for words in `language` to a customer: "es-tu", "es-vos"; other languages as they are."""
    if language == "es" and organization.address_form != Address.USTED:
        return f"es-{organization.address_form}"
    return language


def plain(activated: str) -> str:
    """The language that a reader's program knows: "es-vos" → "es"."""
    return "es" if activated.startswith("es-") else activated
