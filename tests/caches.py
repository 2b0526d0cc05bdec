"""The cache of one test worker on Redis: workers share the server, and must not see or forget one another's entries."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.redis import RedisCache


class OwnKeys(RedisCache):
    """Clears its own entries, where Django's would empty the whole database under the other workers."""

    def clear(self) -> None:
        client: Any = self._cache.get_client(write=True)
        if keys := list(client.scan_iter(match=f"{self.key_prefix}:*", count=1000)):
            client.delete(*keys)
