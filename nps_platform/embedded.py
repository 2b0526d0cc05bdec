"""Worker and beat as threads of the one web process, where no broker is set (the embedded engine)."""

from __future__ import annotations

import threading

from celery import beat
from celery.beat import Scheduler
from django.conf import settings

from nps_platform.celery import app

_started = threading.Event()


def start_worker_and_beat() -> None:
    """Start both once per process; they end with it. Everything they hold is due work that rows remember."""
    if not settings.EMBEDDED or _started.is_set():
        return
    _started.set()
    worker = app.WorkController(
        pool="threads",
        concurrency=3,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="WARNING",
    )
    clock = beat.Service(app, max_interval=1, scheduler_cls=Scheduler)
    for target, name in ((worker.start, "celery-worker"), (clock.start, "celery-beat")):
        threading.Thread(target=target, name=name, daemon=True).start()
