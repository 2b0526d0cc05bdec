"""PostgreSQL with two roles, Redis, web, two workers, beat and an SMTP server, as processes of this machine."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg2
import redis
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from psycopg2.sql import SQL, Identifier, Literal

from tests.production.mailbox import Mailbox

ROOT = Path(__file__).resolve().parents[2]
ADMIN_URL = os.environ.get("PRODUCTION_ADMIN_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("PRODUCTION_REDIS_URL", "redis://127.0.0.1:6379/14")
WORKER_THREADS = 2
DATABASE, OWNER, APPLICATION = "circulo_production_check", "circulo_check_owner", "circulo_check_app"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """Started by `start`, ended by `stop`; each process's log lies in `out`."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.port, smtp_port = free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.mailbox = Mailbox(smtp_port)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        password = secrets.token_urlsafe(12)
        self._password = password
        self.environment = os.environ | {
            "DATABASE_URL": f"postgres://{APPLICATION}:{password}@127.0.0.1:5432/{DATABASE}",
            "DATABASE_MIGRATION_URL": f"postgres://{OWNER}:{password}@127.0.0.1:5432/{DATABASE}",
            "REDIS_URL": REDIS_URL,
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "DEFAULT_FROM_EMAIL": "voice@circulo.example",
            "BASE_URL": self.base,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(out / "data"),
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DEBUG": "0",
            "DEMO": "0",
            "LOG_LEVEL": "WARNING",
        }

    def start(self) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        self._make_database()
        redis.Redis.from_url(REDIS_URL).flushdb()
        self.mailbox.start()
        self.manage("migrate", "--noinput")
        self.manage("check", "--database", "default")
        self.manage("collectstatic", "--noinput")
        self.run("web", "gunicorn", "-c", "python:nps_platform.gunicorn", "nps_platform.wsgi:application")
        for name in ("worker-1", "worker-2"):
            self.start_worker(name)
        self.run(
            "beat",
            "celery",
            "-A",
            "nps_platform",
            "beat",
            "--loglevel",
            "WARNING",
            "--schedule",
            str(self.out / "beat"),
        )
        self._wait_until_ready()

    def start_worker(self, name: str) -> None:
        # threads: kill -9 of the one process then takes everything it had begun with it, as a dying machine would
        self.run(
            name,
            "celery",
            "-A",
            "nps_platform",
            "worker",
            "--pool",
            "threads",
            "--concurrency",
            str(WORKER_THREADS),
            "--loglevel",
            "WARNING",
            "-n",
            name,
        )

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"manage.py {' '.join(arguments)}:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def run(self, name: str, program: str, *arguments: str) -> None:
        binary = Path(sys.executable).with_name(program)
        log = (self.out / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [str(binary), *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def kill(self, name: str) -> None:
        """kill -9, as a machine that loses power."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self) -> None:
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.mailbox.stop()

    def query(self, sql: str) -> list[tuple]:
        """Ask the database past the wall, as its administrator: for counting what came of it."""
        with (
            psycopg2.connect(ADMIN_URL.rsplit("/", 1)[0] + f"/{DATABASE}") as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
            return cursor.fetchall()

    def _make_database(self) -> None:
        admin = psycopg2.connect(ADMIN_URL)
        admin.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with admin.cursor() as cursor:
            cursor.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(DATABASE)))
            for role in (OWNER, APPLICATION):
                cursor.execute(SQL("DROP ROLE IF EXISTS {}").format(Identifier(role)))
                cursor.execute(
                    SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOBYPASSRLS PASSWORD {}").format(
                        Identifier(role), Literal(self._password)
                    )
                )
            cursor.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(DATABASE), Identifier(OWNER)))
        admin.close()

    def _wait_until_ready(self) -> None:
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            try:
                with urllib.request.urlopen(f"{self.base}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.3)
        raise AssertionError(f"the web process did not become ready; see {self.out / 'web.log'}")
