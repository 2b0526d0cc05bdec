"""Requests to addresses that somebody typed in: what reaches a public host, and what leads into our own network."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from nps_platform.lib import outgoing
from nps_platform.lib.outgoing import Refused, Unreached, check, get, is_public, post, request
from tests.certificates import own_certificate
from tests.receiver import Receiver, listening

INSIDE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"),
    *("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.1.1.1"),
    *("255.255.255.255", "240.0.0.1", "203.0.113.7"),
    *(
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "fec0::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2001::1",
    ),
    *(
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
    ),
]
OUTSIDE = [
    "1.1.1.1",
    "8.8.8.8",
    "172.32.0.1",
    "192.169.0.1",
    "2606:4700:4700::1111",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
]


@pytest.fixture
def shut(settings: Settings) -> None:
    """As in production: no network is opened."""
    settings.OUTGOING_NETWORKS = []


def refusal(url: str) -> str:
    with pytest.raises(Refused) as refused:
        post(url, b"{}")
    return refused.value.code


def failure(url: str, **options: Any) -> str:
    with pytest.raises(Unreached) as unreached:
        post(url, b"{}", **options)
    return unreached.value.code


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_in_the_open_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "[fe80::1]", "0"),
        *("127.1", "0x7f.0.0.1", "2130706433", "017700000001"),  # other ways to write 127.0.0.1
    ],
)
def test_nothing_is_sent_into_our_own_network(host: str, receiver: Receiver, shut: None) -> None:
    assert refusal(f"https://{host}:{receiver.port}/") == "private"
    assert receiver.got == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.com/", "scheme"),
        ("file:///etc/passwd", "malformed"),
        ("https:///nowhere", "malformed"),
        ("https://", "malformed"),
        ("not an address", "malformed"),
        ("https://exa mple.com/", "malformed"),
        ("https://example.com/\r\nX: 1", "malformed"),
        ("https://example.com\\@127.0.0.1/", "malformed"),
        ("https://example.com:99999/", "malformed"),
        ("https://[::1/", "malformed"),
        ("https://" + "a" * 70 + ".example/", "malformed"),
        ("https://example.com/" + "a" * 2000, "malformed"),
        ("https://me:secret@example.com/", "credentials"),
        ("http://1.1.1.1/", "scheme"),
        ("https://1.1.1.1:25/", "port"),
    ],
)
def test_an_odd_address_is_refused_with_its_reason(url: str, code: str, shut: None) -> None:
    assert refusal(url) == code


def test_one_private_address_among_several_refuses_the_host(
    monkeypatch: pytest.MonkeyPatch, shut: None, receiver: Receiver
) -> None:
    known_as(monkeypatch, "1.1.1.1", "10.0.0.1")
    assert refusal("https://two-faced.example/") == "private"


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, receiver: Receiver
) -> None:
    """Rebinding: public when judged, private when connected to. Here the second look-up would lead nowhere."""
    asked = known_as(monkeypatch, "127.0.0.1")
    assert post(f"http://hooks.example:{receiver.port}/x?a=1", b"{}").status == 200
    assert asked == ["hooks.example"]
    assert receiver.got[0].headers["host"] == f"hooks.example:{receiver.port}"
    assert receiver.got[0].path == "/x?a=1"


def test_a_host_that_nobody_knows(shut: None) -> None:
    assert failure("https://nobody.invalid/") == "no_host"
    with pytest.raises(Unreached, match="no_host"):
        check("https://nobody.invalid/")


def test_a_redirect_is_an_answer_and_is_not_followed(receiver: Receiver) -> None:
    receiver.answer, receiver.headers = (302, b""), {"Location": "http://169.254.169.254/latest/meta-data/"}
    reply = post(receiver.url, b"{}")
    assert (reply.status, reply.is_success, len(receiver.got)) == (302, False, 1)


def test_what_is_sent_arrives_and_what_is_answered_comes_back(receiver: Receiver) -> None:
    receiver.answer, receiver.headers = (201, "año".encode()), {"X-Seen": "yes"}
    reply = post(f"{receiver.url}/hooks/á?q=ñ", "señal".encode(), {"Content-Type": "text/plain"})
    assert (reply.status, reply.text, reply.headers["x-seen"], reply.is_success) == (201, "año", "yes", True)
    assert not reply.cut
    assert reply.seconds > 0
    came = receiver.got[0]
    assert (came.method, came.path, came.body.decode()) == ("POST", "/hooks/%C3%A1?q=%C3%B1", "señal")
    assert (came.headers["content-type"], came.headers["user-agent"]) == ("text/plain", "Circulo")
    assert get(f"{receiver.url}/key.json").status == 201
    assert receiver.got[1].method == "GET"


def test_headers_cannot_carry_further_headers(receiver: Receiver) -> None:
    assert failure(receiver.url, headers={"X-Name": "a\r\nX-Other: b"}) == "no_reply"
    assert receiver.got == []


def test_a_long_reply_is_read_only_so_far(receiver: Receiver) -> None:
    receiver.answer = (200, b"x" * 300_000)
    reply = post(receiver.url, b"{}")
    assert (len(reply.body), reply.cut) == (64 * 1024, True)
    assert len(request("POST", receiver.url, b"", most_bytes=10).body) == 10


def test_no_proxy_of_the_machine_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert post(receiver.url, b"{}").status == 200
        assert proxy.got == []


def test_who_does_not_answer_holds_us_only_so_long(receiver: Receiver) -> None:
    receiver.before = lambda _handler: time.sleep(2)
    assert failure(receiver.url, timeout=0.3) == "too_slow"


def test_who_answers_a_byte_at_a_time_holds_us_only_so_long(receiver: Receiver) -> None:
    receiver.before = _trickling
    began = time.monotonic()
    assert failure(receiver.url, timeout=0.5) == "too_slow"
    assert time.monotonic() - began < 3


def _trickling(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _byte in range(100):
        handler.wfile.write(b"a")
        time.sleep(0.05)


def test_who_is_not_there_or_does_not_speak_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        thread = threading.Thread(target=_speak_otherwise, args=(other,), daemon=True)
        thread.start()
        assert failure(f"http://127.0.0.1:{port}/") == "no_reply"
        thread.join()
    assert failure(f"http://127.0.0.1:{port}/") == "no_connection"


def _speak_otherwise(server: socket.socket) -> None:
    caller, _address = server.accept()
    with caller:
        caller.recv(100)
        caller.sendall(b"220 mail.example ESMTP\r\n")


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], Path]]:
    """A certificate for 127.0.0.1 and good.example, which this machine takes or does not take for true."""
    file = own_certificate(tmp_path, "good.example")

    def certificate(known: bool) -> Path:
        if known:
            monkeypatch.setenv("SSL_CERT_FILE", str(file))
        outgoing._trust.cache_clear()
        return file

    yield certificate
    outgoing._trust.cache_clear()


def test_https_goes_to_the_host_that_the_certificate_names(
    trusted: Callable[[bool], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(trusted(True)) as secure:
        known_as(monkeypatch, "127.0.0.1")
        assert post(f"https://good.example:{secure.port}/", b"{}").status == 200
        assert failure(f"https://bad.example:{secure.port}/") == "not_trusted"
        assert len(secure.got) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(trusted: Callable[[bool], Path]) -> None:
    with listening(trusted(False)) as secure:
        assert failure(secure.url) == "not_trusted"
        assert secure.got == []


def test_who_does_not_finish_the_handshake_holds_us_only_so_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert failure(f"https://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.3) == "too_slow"


def known_as(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Names lead to `addresses` at the first look-up and nowhere afterwards; who was asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host.replace(".", "").isdigit():
            return real(host, port, *args, **kwargs)
        asked.append(host)
        return [entry for address in addresses for entry in real(address, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked
