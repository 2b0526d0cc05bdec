"""`Idempotency-Key`: the same write sent again gets the first answer, and is done once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.tenancy.models import IdempotencyRecord

# A write that took longer died: its key may be used again. Its transaction was rolled back.
ABANDONED_AFTER = timedelta(minutes=5)


class KeyReused(APIException):
    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = _("This Idempotency-Key was used for another request.")
    default_code = "idempotency_key_reused"


class StillRunning(APIException):
    status_code = HTTPStatus.CONFLICT
    default_detail = _("The first request with this Idempotency-Key is still running.")
    default_code = "still_running"


def idempotent(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Decorate a write of an OrganizationAPIView. Only 2xx answers are kept (for a day): a refusal did nothing."""

    @wraps(handler)
    def handle(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        record = _claim(_checked(key), _hash(request))
        if record.status is not None:
            return Response(record.body, status=record.status, headers={"Idempotency-Replayed": "true"})
        return _first(record, lambda: handler(view, request, *args, **kwargs))

    handle.idempotent = True  # type: ignore[attr-defined]
    return handle


def _checked(key: str) -> str:
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise ValidationError({"Idempotency-Key": _("Between 1 and 255 printable characters.")})
    return key


def _hash(request: Request) -> str:
    told = f"{request.method} {request.get_full_path()}\n".encode()
    return sha256(told + request._request.body).hexdigest()


def _claim(key: str, request_hash: str) -> IdempotencyRecord:
    """The key's record: with a status where the first answer is known, else ours to fill."""
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(key=key, request_hash=request_hash)
    except IntegrityError:
        record = IdempotencyRecord.objects.filter(key=key).first()
    if record is None:
        raise StillRunning  # taken and given back between our two looks
    if record.request_hash != request_hash:
        raise KeyReused
    if record.status is None and not _take_over(record):
        raise StillRunning
    return record


def _take_over(record: IdempotencyRecord) -> bool:
    """Whether a dead request's record is ours now: one of many tries wins."""
    abandoned = IdempotencyRecord.objects.filter(
        pk=record.pk, status=None, created_at=record.created_at, created_at__lt=timezone.now() - ABANDONED_AFTER
    )
    return bool(abandoned.update(created_at=timezone.now()))


def _first(record: IdempotencyRecord, handle: Callable[[], Response]) -> Response:
    """Do the write and keep its answer in one transaction: both or neither."""
    try:
        with transaction.atomic():
            response = handle()
            if response.status_code < HTTPStatus.MULTIPLE_CHOICES:
                body = None if response.data is None else json.loads(JSONRenderer().render(response.data))
                IdempotencyRecord.objects.filter(pk=record.pk).update(status=response.status_code, body=body)
    except BaseException:
        IdempotencyRecord.objects.filter(pk=record.pk).delete()
        raise
    if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        IdempotencyRecord.objects.filter(pk=record.pk).delete()
    return response
