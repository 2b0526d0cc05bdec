"""The demo's organisation, colleagues, units, accounts and customers."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from pathlib import Path
from random import Random

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from nps_platform.customers.models import (
    Account,
    AttributeDefinition,
    Customer,
    CustomerPermission,
    Segment,
    Suppression,
)
from nps_platform.demo.cast import OTHER_SLUG, PASSWORD, PEOPLE, SLUG
from nps_platform.demo.names import FIRST, LAST, PLACES, TRADES
from nps_platform.demo.world import PLANS, UNITS, Person
from nps_platform.lib.phones import dialled_number, mobile_number
from nps_platform.tenancy.actions import create_organization
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import Membership, Organization, Team, TeamMember, Unit, User

ACCOUNTS = 200


def make_user(email: str, name: str, language: str) -> User:
    """A demo login whose address counts as verified."""
    user = User.objects.create_user(email, PASSWORD, name=name, language=language)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_organizations() -> tuple[Organization, Organization]:
    """*demo* with its colleagues and API key, and a small *otra*."""
    users = {
        local: make_user(f"{local}@demo.example", name, language) for local, name, _role, _title, language in PEOPLE
    }
    demo = create_organization(
        slug=SLUG,
        name="Andina Telecom",
        owner=users["owner"],
        language="es",
        country="ES",
        currency="EUR",
        timezone="Europe/Madrid",
        programme_name="Tu Voz",
    )
    Organization.objects.filter(pk=demo.pk).update(
        reply_to="tuvoz@andina.example",
        sender_name="Tu Voz de Andina Telecom",
        brand_colour="#63305e",
        phone="900 000 123",
        postal_address="Andina Telecom, S. A., Calle del Puerto 14, 28001 Madrid",
        margin_percent=38,
        discount_percent=8,
    )
    demo.refresh_from_db()
    for local, _name, role, title, _language in PEOPLE:
        Membership.objects.update_or_create(
            organization=demo, user=users[local], defaults={"role": role, "job_title": title}
        )
    other = create_organization(
        slug=OTHER_SLUG,
        name="Otra Energía",
        owner=make_user("owner@otra.example", "Carla Núñez", "es"),
        language="es",
        country="ES",
        currency="EUR",
        timezone="Europe/Madrid",
        programme_name="Escucha",
    )
    return demo, other


def keep_api_key(organization: Organization) -> None:
    """The demo's key, in DATA_DIR, readable by its owner alone."""
    file = Path(settings.DATA_DIR) / "demo-api-key"
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(make_api_key(organization, name="Demo", by=None) + "\n")


def make_units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for code, (name, kind, parent, _language, _share) in UNITS.items():
        unit = Unit.objects.create(code=code, name=name, kind=kind, parent=units.get(parent or ""))
        unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        units[code] = unit
    return units


def make_teams(organization: Organization) -> dict[str, Team]:
    by_local = {m.user.email.split("@")[0]: m for m in organization.memberships.select_related("user")}
    teams = {}
    for name, members in (
        ("Equipo Fibra", ["agent", "bruno"]),
        ("Assistenza Italia", ["giulia"]),
        ("Care Ireland", ["bruno"]),
    ):
        teams[name] = Team.objects.create(name=name)
        for local in members:
            TeamMember.objects.create(team=teams[name], membership=by_local[local])
    return teams


def make_attributes() -> None:
    AttributeDefinition.objects.create(key="plan", label="Plan", kind="choice", choices=list(PLANS))
    AttributeDefinition.objects.create(key="paperless", label="Factura electrónica", kind="boolean")
    AttributeDefinition.objects.create(key="last_contact", label="Último contacto", kind="text")
    AttributeDefinition.objects.create(key="sector", label="Sector", kind="text", entity="account")


def make_segments() -> dict[str, Segment]:
    """Three segments worth asking about."""
    wanted = {
        "Clientes con fibra": {
            "match": "any",
            "conditions": [
                {"field": "attribute:plan", "operator": "is", "value": plan}
                for plan in PLANS
                if plan.startswith("Fibra")
            ],
        },
        "Italia": {"match": "all", "conditions": [{"field": "language", "operator": "is", "value": "it"}]},
        "Empresas": {"match": "all", "conditions": [{"field": "account", "operator": "is_set", "value": None}]},
    }
    return {name: Segment.objects.create(name=name, rules=rules) for name, rules in wanted.items()}


def plain(text: str) -> str:
    """Lower case without accents, for addresses."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in bare.lower() if c.isalnum())


def make_accounts(random: Random, units: dict[str, Unit], owners: list[Membership]) -> list[Account]:
    regions = [code for code, unit in UNITS.items() if unit[4]]
    accounts = []
    for number in range(ACCOUNTS):
        code = random.choices(regions, [UNITS[c][4] for c in regions])[0]
        language = UNITS[code][3]
        trade, place = random.choice(TRADES[language]), random.choice(PLACES[language])
        name = f"{place} {trade}" if language == "en" else f"{trade} {place}"
        accounts.append(
            Account(
                external_id=f"E{10_000 + number}",
                name=name,
                unit=units[code],
                owner=random.choice(owners),
                attributes={"sector": trade},
            )
        )
    return Account.objects.bulk_create(accounts)


def make_customers(random: Random, people: list[Person], units: dict[str, Unit], accounts: list[Account]) -> None:
    """Write the people as customers; some have no address, some refused, a few addresses bounced."""
    by_unit: dict[int, list[Account]] = {}
    for account in accounts:
        by_unit.setdefault(account.unit_id or 0, []).append(account)
    rows = []
    for person in people:
        first, last = random.choice(FIRST[person.language]), random.choice(LAST[person.language])
        near = by_unit.get(units[person.unit].pk, [])
        chosen: Account | None = random.choice(near) if near and random.random() < 0.17 else None
        if chosen:
            person.account_id = chosen.pk
            person.monthly = round(person.monthly * random.uniform(3, 9), 2)
        has_email = random.random() > 0.045
        phone = f"+34 6{random.randint(10_000_000, 99_999_999)}" if person.language == "es" else ""
        rows.append(
            Customer(
                external_id=f"C{100_000 + person.number}",
                name=f"{first} {last}",
                email=f"{plain(first)}.{plain(last)}{person.number}@correo.example" if has_email else "",
                phone=phone,
                dialled=dialled_number(phone),
                mobile=mobile_number(phone),
                language=person.language,
                account=chosen,
                unit=units[person.unit],
                joined_on=person.joined_on,
                attributes={"plan": person.plan, "paperless": random.random() < 0.7},
            )
        )
    for person, customer in zip(people, Customer.objects.bulk_create(rows, batch_size=500), strict=True):
        person.customer_id, person.unit_id = customer.pk, units[person.unit].pk


def make_permissions(random: Random, people: list[Person]) -> None:
    """Feedback by e-mail for most, offers for some; and a few who want to be left alone."""
    rows = []
    for person in people:
        for purpose, share in (("feedback", 0.86), ("offers", 0.4)):
            if random.random() < share:
                rows.append(
                    CustomerPermission(
                        customer_id=person.customer_id,
                        purpose=purpose,
                        channel="email",
                        granted=random.random() < 0.96,
                        basis="contract" if purpose == "feedback" else "consent",
                        source="alta",
                        text_version="2024-01",
                    )
                )
    CustomerPermission.objects.bulk_create(rows, batch_size=500)


def make_suppressions(random: Random, people: list[Person]) -> None:
    left_alone, now = random.sample(people, 70), timezone.now()
    customers = {c.pk: c for c in Customer.objects.filter(pk__in=[p.customer_id for p in left_alone]).exclude(email="")}
    rows = [
        Suppression(
            address=customer.email.lower(),
            customer=customer,
            reason=random.choice(["unsubscribed"] * 5 + ["bounced"] * 3 + ["suppressed"]),
            at=now - timedelta(days=9 * n + 5, minutes=137 * n % 600),
        )
        for n, customer in enumerate(customers.values())
    ]
    Suppression.objects.bulk_create(rows)
