"""Django's PostgreSQL engine, but one that needn't ask the server before each request whether it still listens."""

from __future__ import annotations

import select
import time

from django.db.backends.postgresql import base

# A server that went says so on the socket. One that fell silent without a word is found by asking, this often (seconds).
ASKED_EVERY = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """What CONN_HEALTH_CHECKS asks of a connection is answered from this side of the socket where that is enough."""

    _heard_at = float("-inf")

    def is_usable(self) -> bool:
        """Whether statements can be sent: asked of the server after an error, when it has sent something, and now and then."""
        if not self.errors_occurred and time.monotonic() - self._heard_at < ASKED_EVERY and self._is_quiet():
            return True
        usable = super().is_usable()
        self._heard_at = time.monotonic() if usable else float("-inf")
        return usable

    def _is_quiet(self) -> bool:
        """Open, and nothing to read: neither a farewell nor an end."""
        if self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return not socket.poll(0)
