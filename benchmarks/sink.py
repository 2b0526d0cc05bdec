"""An SMTP server that takes everything and keeps nothing, in a process of its own, as fast as Python's protocols go."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import time


class _Sink(asyncio.Protocol):
    """Enough of RFC 5321 for one client that behaves; PIPELINING as every common server offers it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.in_data = False
        self.buffer = b""
        transport.write(b"220 sink\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            end = self.buffer.find(b"\r\n.\r\n" if self.in_data else b"\r\n")
            if end < 0:
                return
            line, self.buffer = self.buffer[:end], self.buffer[end + (5 if self.in_data else 2) :]
            self._answer(line)

    def _answer(self, line: bytes) -> None:
        if self.in_data:
            self.in_data, answer = False, b"250 kept\r\n"
        elif line[:4].upper() == b"DATA":
            self.in_data, answer = True, b"354 go\r\n"
        elif line[:4].upper() == b"EHLO":
            answer = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
        elif line[:4].upper() == b"QUIT":
            answer = b"221 bye\r\n"
        else:
            answer = b"250 ok\r\n"
        self.transport.write(answer)  # type: ignore[attr-defined]


def _serve(port: int) -> None:
    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(_Sink, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(forever())


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
