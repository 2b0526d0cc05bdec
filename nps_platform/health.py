"""/healthz: the process lives. /readyz: database, queue and migrations are fit to serve."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
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
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _queue() -> bool:
    if settings.EMBEDDED:
        return True
    try:
        return bool(Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping())
    except RedisError:
        return False


def _cache() -> bool:
    cache.set("readyz", 1, 5)
    return cache.get("readyz") == 1


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
