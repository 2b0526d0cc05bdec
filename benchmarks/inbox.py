"""The inbox behind PostgreSQL's wall: a page far down against the first one, and a search against ILIKE over the same texts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import CharField, Lookup, Q, TextField
from django.utils import timezone

from benchmarks.report import Result, interleaved
from closeloop import inbox
from closeloop.inbox import InboxFilters
from closeloop.models import Case, CaseEvent
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization
from surveys.models import Survey

# BENCH_CASES=1000000 measures the whole million: some ten minutes, most of them making the rows.
CASES = int(os.environ.get("BENCH_CASES", "50000"))
AT_ONCE = 20_000
ROUNDS = 15
FIRST = 10_000_000  # ids that nothing else of the session has
DEPTHS = (0.1, 0.5, 0.9)
RARE = "nodo"  # stands in every thousandth case, each time with another number
TEXTS = """
INSERT INTO customers_customer (id, organization_id, external_id, name, email, phone, language, attributes, created_at,
  updated_at, timezone, country)
SELECT n, %(organization)s, 'C-' || n, (ARRAY['Mercedes','Tomás','Ivo','Lucía','Bruno'])[1 + n %% 5] || ' ' ||
  (ARRAY['Aliaga','Iriarte','Paredes','Robles','Quispe','Conti','Ferrer'])[1 + n %% 7], 'persona' || n || '@correo.example',
  '', 'es', '{}', now(), now(), '', '' FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO responses_response (id, organization_id, survey_id, kind, customer_id, score, nps_class, comment, language, channel,
  answered_at, recorded_at, followed_up_at)
SELECT n, %(organization)s, %(survey)s, 'relational', n, n %% 11, (CASE WHEN n %% 11 < 7 THEN 'detractor' WHEN n %% 11 < 9
  THEN 'passive' ELSE 'promoter' END), (ARRAY['Sigo sin internet y nadie me devuelve la llamada.',
  'La factura sube cada mes y no entiendo por qué.', 'El técnico no vino y perdí la mañana entera.',
  'Correcto, pero la instalación tardó demasiado.'])[1 + n %% 4] || ' Pedido ' || n %% 9973 ||
  CASE WHEN n %% 1000 = 0 THEN ' avería en el nodo' || n ELSE '' END, 'es', 'email',
  now() - n * interval '1 minute', now(), now() FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO closeloop_case (id, organization_id, number, response_id, customer_id, nps_class, state, is_open, priority,
  opened_at, due_at, is_waiting, refuses_contact, outcome, updated_at,
  yearly_value, churn, risk_rank)
SELECT n, %(organization)s, n, n, n, (CASE WHEN n %% 11 < 7 THEN 'detractor' WHEN n %% 11 < 9 THEN 'passive' ELSE 'promoter' END),
  'new', true, 3, now(), now() + (n::bigint * 7919 %% 1000003 - 300000) * interval '1 minute', n %% 10 = 0, false, '', now(),
  n %% 3000, 0.3, log(2, 1 + n %% 3000) - (n::bigint * 7919 %% 1000003) / 1440.0 FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO closeloop_caseevent (organization_id, case_id, kind, at, actor_label, text, data)
SELECT %(organization)s, n, 'note', now(), 'Bruno', (ARRAY['Llamar antes de las once.', 'Planta confirma la visita.',
  'Espera repuesto del almacén.'])[1 + n %% 3], '{}' FROM generate_series(%(first)s, %(last)s) n
"""


class ILike(Lookup):
    """What one would write without an index."""

    lookup_name = "ilike"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ILIKE {right}", (*left_params, *right_params)


def make_cases(survey: Survey) -> None:
    """CASES open cases with customer, comment and note; the words of each as the triggers would have written them."""
    given = {"organization": current_organization().pk, "survey": survey.pk, "first": FIRST, "last": FIRST + CASES - 1}
    with connection.cursor() as cursor:
        for table in ("closeloop_case", "closeloop_caseevent"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in TEXTS.split(";\n"):
            cursor.execute(statement, given)
        for table in ("closeloop_case", "closeloop_caseevent"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for first in range(FIRST, FIRST + CASES, AT_ONCE):
            wanted = "ARRAY(SELECT generate_series(%s, %s)::bigint)"
            cursor.execute(f"SELECT closeloop_index_cases({wanted})", [first, min(first + AT_ONCE, FIRST + CASES) - 1])
    connection.commit()
    with connection.cursor() as cursor:
        for table in (
            "customers_customer",
            "responses_response",
            "closeloop_case",
            "closeloop_caseevent",
            "closeloop_caseword",
        ):
            cursor.execute(f"VACUUM ANALYZE {table}")


def far_page(reader: Membership) -> list[Result]:
    """How long a page takes at some depths, over the first page's time; the worst depth of each order."""
    return [_far_page(reader, order) for order in inbox.STRETCHES]


def _far_page(reader: Membership, order: str) -> Result:
    filters = InboxFilters(order=order)
    worst, told = 0.0, ""
    for depth in DEPTHS:
        after = _cursor_at(filters, int(CASES * depth))
        ratio, far, first = interleaved(_timed(filters, reader, after), _timed(filters, reader, ""), ROUNDS)
        if ratio > worst:
            worst = ratio
            told = f"case {int(CASES * depth):,} of {CASES:,}: {_median(far):.1f} ms, the first page {_median(first):.1f} ms"
    return Result(f"inbox page, {order}", worst, 1.2, told, less_is_better=True)


def _timed(filters: InboxFilters, reader: Membership, after: str) -> Callable[[], float]:
    def page() -> float:
        begun = time.perf_counter()
        rows = inbox.page(filters, reader, after=after).rows
        if len(rows) != inbox.PAGE:
            raise RuntimeError(f"{len(rows)} rows")
        return (time.perf_counter() - begun) * 1000

    return page


def _median(series: list[float]) -> float:
    return sorted(series)[len(series) // 2]


def _cursor_at(filters: InboxFilters, place: int) -> str:
    """The cursor of the page that begins behind this many cases."""
    at, cases = timezone.now(), Case.objects.open()
    for number, stretch in enumerate(filters.stretches):
        part = stretch.narrowed(cases, at).order_by(*stretch.ordering)
        if found := part[place : place + 1]:
            return inbox.cursor(filters, number, found[0], at)
        place -= part.count()
    raise RuntimeError("so many cases there are not")


def words_searched(reader: Membership) -> Result:
    """The first page of a search for a word of few cases; the other side reads the same texts by ILIKE."""
    CharField.register_lookup(ILike)
    TextField.register_lookup(ILike)
    asked = [f"{RARE}{FIRST + 1000 * n}" for n in range(5)]
    by_words: list[list[int]] = []
    by_ilike: list[list[int]] = []

    def ours() -> float:
        begun = time.perf_counter()
        rows = inbox.page(InboxFilters(values={"q": asked[len(by_words)]}), reader).rows
        took = time.perf_counter() - begun
        by_words.append([row.case.pk for row in rows])
        return took

    def theirs() -> float:
        pattern = f"%{asked[len(by_ilike)]}%"
        noted = CaseEvent.objects.filter(text__ilike=pattern).values("case")
        told = (
            Q(response__comment__ilike=pattern) | Q(customer__name__ilike=pattern) | Q(customer__email__ilike=pattern)
        )
        cases = Case.objects.open().filter(told | Q(pk__in=noted)).with_people()
        begun = time.perf_counter()
        rows = list(cases.order_by(*inbox.ORDERINGS["due"])[: inbox.PAGE])
        took = time.perf_counter() - begun
        by_ilike.append([case.pk for case in rows])
        return took

    ratio, fast, slow = interleaved(ours, theirs, len(asked))
    if by_words != by_ilike or not all(by_words):
        raise RuntimeError("the two searches found different cases")
    detail = f"{CASES:,} cases behind the wall: {_median(fast) * 1000:.1f} ms, ILIKE {_median(slow) * 1000:,.0f} ms"
    return Result("inbox search", 1 / ratio, 100 if CASES >= 1_000_000 else 10, detail)
