"""An SMTP server that takes everything and keeps nothing, in a process of its own, with as little between as Python allows."""

from __future__ import annotations

import multiprocessing
import socket
import time

_ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"DATA": b"354 go\r\n",
    b"QUIT": b"221 bye\r\n",
}


def _talk(client: socket.socket) -> None:
    """Enough of RFC 5321 for one client that behaves; PIPELINING as every common server offers it."""
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(b"220 sink\r\n")
    unread, in_data = b"", False
    while chunk := client.recv(1 << 16):
        unread += chunk
        answers = []
        while True:
            # A group holds one end of a message, and little behind it: looked for from the back.
            end = unread.rfind(b"\r\n.\r\n") if in_data else unread.find(b"\r\n")
            if end < 0:
                break
            verb, unread = unread[:4].upper(), unread[end + (5 if in_data else 2) :]
            answers.append(b"250 kept\r\n" if in_data else _ANSWERS.get(verb, b"250 ok\r\n"))
            in_data = verb == b"DATA" and not in_data
        if answers:
            client.sendall(b"".join(answers))


def _serve(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            client, _address = server.accept()
            with client:
                _talk(client)


class Sink:
    """`with Sink() as sink:` listens on `sink.port`."""

    def __enter__(self) -> Sink:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process = multiprocessing.get_context("spawn").Process(target=_serve, args=(self.port,), daemon=True)
        self.process.start()
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the sink did not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.join(5)
