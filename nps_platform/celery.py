"""Celery, and the whole beat schedule. The row is the truth: each entry sweeps for what no nudge reached."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_platform.settings")

app = Celery("circulo")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Without this, self.retry() in a pool thread of the web process goes to amqp://localhost and is lost in silence.
app.set_default()
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "messages": {"task": "messaging.sweep", "schedule": 5.0},
    "webhooks": {"task": "webhooks.sweep", "schedule": 5.0},
    "mailbox": {"task": "messaging.fetch_mails", "schedule": 60.0},
    "programmes": {"task": "surveys.sweep", "schedule": 20.0},
    "returns": {"task": "surveys.watch_returns", "schedule": 10.0},
    "answers": {"task": "closeloop.sweep", "schedule": 5.0},
    "case_files": {"task": "closeloop.housekeeping", "schedule": 3600.0},
    "begun": {"task": "responses.sweep", "schedule": 60.0},
    "imports": {"task": "customers.sweep", "schedule": 30.0},
    "exports": {"task": "exports.sweep", "schedule": 15.0},
    "old webhooks": {"task": "webhooks.housekeeping", "schedule": 3600.0},
    "housekeeping": {"task": "tenancy.sweep", "schedule": 3600.0},
}
