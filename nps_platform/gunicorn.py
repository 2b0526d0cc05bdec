"""gunicorn's settings: one process with threads where the worker is embedded, as many as WEB_CONCURRENCY says elsewhere."""

import os

from nps_platform.lib.env import env

bind = f"{env.str('HOST', default='127.0.0.1')}:{env.int('PORT', default=8000)}"
worker_class = "gthread"
workers = 1 if not env.str("REDIS_URL", default="") else env.int("WEB_CONCURRENCY", default=2)
threads = env.int("WEB_THREADS", default=8)
accesslog = None
loglevel = env.str("LOG_LEVEL", default="info").lower()
graceful_timeout = 10
control_socket_disable = True


def post_worker_init(worker: object) -> None:
    """The embedded worker and beat live in the web process, after the application is loaded."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_platform.settings")
    from nps_platform.embedded import start_worker_and_beat  # noqa: PLC0415  needs the loaded application

    start_worker_and_beat()
