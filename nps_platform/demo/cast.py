"""Who lives in the demo, and how they sign in."""

from __future__ import annotations

from nps_platform.tenancy.roles import Role

PASSWORD = "circulo-demo"  # noqa: S105  the demo's published password
SLUG, OTHER_SLUG = "demo", "otra"

# (local part of the e-mail, name, role, job title, language)
PEOPLE = [
    ("owner", "Alicia Robles", Role.OWNER, "Dirección de Experiencia", "es"),
    ("manager", "Marta Olmedo", Role.MANAGER, "Responsable de experiencia", "es"),
    ("agent", "Lucía Paredes", Role.AGENT, "Equipo Fibra", "es"),
    ("bruno", "Bruno Salas", Role.AGENT, "Equipo Fibra", "es"),
    ("giulia", "Giulia Conti", Role.AGENT, "Assistenza clienti", "it"),
    ("finance", "Irene Cano", Role.FINANCE, "Control de gestión", "es"),
    ("executive", "Elena Rojas", Role.EXECUTIVE, "Dirección de Clientes", "es"),
    ("collaborator", "Hugo Vera", Role.COLLABORATOR, "Producto", "es"),
]
LOGINS = [
    *(
        (f"{role}@demo.example", str(role))
        for role in ("owner", "manager", "agent", "finance", "executive", "collaborator")
    ),
    ("owner@otra.example", "otra"),
]
