"""/healthz: the process lives. /readyz: database, queue and migrations are fit to serve. /metrics: for Prometheus."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from redis import Redis
from redis.exceptions import RedisError


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 with every part true, else 503; names no host and no version."""
    parts = {"database": _database(), "queue": _queue(), "migrations": _migrations(), "cache": _cache()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def _queue() -> bool:
    if settings.EMBEDDED:
        return True
    try:
        return bool(Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping())
    except RedisError:
        return False


def _cache() -> bool:
    try:
        cache.set("readyz", 1, 5)
        return cache.get("readyz") == 1
    except RedisError:
        return False


def _migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return False
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For this machine, or with `Authorization: Bearer <METRICS_TOKEN>`; behind a proxy only with the token."""
    if not _may_read_metrics(request):
        raise PermissionDenied
    return ExportToDjangoView(request)


def _may_read_metrics(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if settings.METRICS_TOKEN and hmac.compare_digest(given, settings.METRICS_TOKEN.encode()):
        return True
    # A proxy on this machine would make every caller local.
    forwarded = "Forwarded" in request.headers or "X-Forwarded-For" in request.headers
    caller = request.META.get("REMOTE_ADDR", "")
    return not forwarded and (caller == "::1" or caller.startswith("127."))
