"""A website that is not ours: another origin, with a policy that allows one script and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Site:
    """A page that is not ours: `tag` is the one line it was given."""

    def __init__(self, ours: str) -> None:
        site = self

        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                policy = (
                    f"default-src 'none'; script-src {ours}; connect-src {ours}; require-trusted-types-for 'script'"
                )
                self.send_header("Content-Security-Policy", policy)
                self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
                self.end_headers()
                self.wfile.write(
                    f"<!doctype html><html lang='en-GB'><title>Shop</title><main><h1>Shop</h1></main>{site.tag}".encode()
                )

            def log_message(self, *_args: Any) -> None:
                pass

        self.tag = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def site(live_server: Any) -> Iterator[Site]:
    made = Site(live_server.url)
    yield made
    made.server.shutdown()
    made.server.server_close()
