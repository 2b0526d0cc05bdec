"""Requests to addresses that somebody typed in (webhooks, chat rooms, identity providers): no way into our own network.

A host is looked up once, every address found is judged, and the connection goes to one that was judged: a name that points
elsewhere a moment later gains nothing. Only https to public addresses, no redirects, no proxy, one time limit for the whole
request, and a reply is read only so far. Networks the operator opened (OUTGOING_NETWORKS) may be reached by http and on any
port. What goes wrong is a code, so that each room can word it: Refused for the address, Unreached for the other side.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Event, Timer
from time import monotonic
from urllib.parse import quote, urlsplit

from django.conf import settings
from requests.certs import where as known_authorities

PORTS = frozenset({443, 8443})
LONGEST_URL = 2000
MOST_BYTES = 64 * 1024
SECONDS = 10.0
_ADDRESSES_TRIED = 3
# Shared, reserved, for protocols, documentation or tests; and what clouds answer their own machines at, public by its number.
_CLOSED = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_PUBLIC_V6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")


class Refused(ValueError):
    """An address that nothing is sent to. `code`: malformed, scheme, credentials, port, private."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreached(OSError):
    """No reply. `code`: no_host, no_connection, not_trusted (its certificate), too_slow, no_reply (not HTTP, or it hung up)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; names of `headers` in lower case, `cut` where the body was longer than was read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool
    seconds: float

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body for a person's eyes or a JSON parser."""
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Target:
    """An address taken apart; `path` ready for the request line."""

    secure: bool
    host: str
    port: int
    path: str


def get(url: str, headers: Mapping[str, str] | None = None, *, timeout: float = SECONDS) -> Reply:
    """Ask for `url`. Raises Refused, Unreached; any status is a reply, a redirect too."""
    return request("GET", url, None, headers, timeout=timeout)


def post(url: str, body: bytes, headers: Mapping[str, str] | None = None, *, timeout: float = SECONDS) -> Reply:
    """Post `body`. Raises Refused, Unreached; any status is a reply, a redirect too."""
    return request("POST", url, body, headers, timeout=timeout)


def request(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str] | None = None,
    *,
    timeout: float = SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Reply:
    """One request within `timeout` seconds for all of it but the look-up of the name. Raises Refused, Unreached."""
    target = _target(url)
    addresses = _judged(target)
    began = monotonic()
    with closing(_connected(target, addresses, timeout)) as sock, _hang_up_at(began + timeout, sock) as late:
        connection = (HTTPSConnection if target.secure else HTTPConnection)(target.host, target.port)
        connection.sock = sock
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            connection.request(
                method, target.path, body, {"User-Agent": "Circulo", **(headers or {}), "Connection": "close"}
            )
            answer = connection.getresponse()
            read = answer.read(most_bytes + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise Unreached("too_slow" if late.is_set() else _code_of(error)) from error
        if late.is_set():
            raise Unreached("too_slow")
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, names, read[:most_bytes], len(read) > most_bytes, monotonic() - began)


def check(url: str) -> None:
    """Whether requests to `url` would be sent, its name looked up. Raises Refused, and Unreached where nobody knows the host."""
    _judged(_target(url))


def _target(url: str) -> _Target:
    """Take an address apart. Raises Refused."""
    if len(url) > LONGEST_URL or "\\" in url or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise Refused("malformed")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
        ascii_host = host if ":" in host else host.encode("idna").decode()
    except ValueError as error:  # UnicodeError too: a label too long
        raise Refused("malformed") from error
    if not ascii_host or "%" in ascii_host:
        raise Refused("malformed")
    if parts.scheme not in ("https", "http"):
        raise Refused("scheme")
    if parts.username is not None or parts.password is not None:
        raise Refused("credentials")
    secure = parts.scheme == "https"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]") if parts.query else ""
    )
    return _Target(secure, ascii_host, port if port is not None else (443 if secure else 80), path)


def _judged(target: _Target) -> list[str]:
    """Where its host lives, the addresses in the order to try. Raises Refused where one of them is closed, Unreached."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreached("no_host") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        _judge(ip_address(address.partition("%")[0]), target)
    return addresses[:_ADDRESSES_TRIED]


def _judge(address: IPv4Address | IPv6Address, target: _Target) -> None:
    address = _within(address)
    if any(address in network for network in _opened()):
        return
    if not is_public(address):
        raise Refused("private")
    if not target.secure:
        raise Refused("scheme")
    if target.port not in PORTS:
        raise Refused("port")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it stands in the open internet. IPv6 must prove it: what nobody gave away yet is closed."""
    address = _within(address)
    if any(address in network for network in _CLOSED):
        return False
    return address in _PUBLIC_V6 if isinstance(address, IPv6Address) else not address.is_multicast


def _within(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, where the way really leads there."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _opened() -> list[IPv4Network | IPv6Network]:
    return [ip_network(network) for network in settings.OUTGOING_NETWORKS]


def _connected(target: _Target, addresses: list[str], seconds: float) -> socket.socket:
    """A socket to one of `addresses`, which is yet to prove that it is the host. Raises Unreached."""
    deadline, code = monotonic() + seconds, "no_connection"
    for address in addresses:
        left = deadline - monotonic()
        if left <= 0:
            break
        try:
            bare = socket.create_connection((address, target.port), timeout=left)
        except OSError as error:
            code = "too_slow" if isinstance(error, TimeoutError) else "no_connection"
        else:
            if not target.secure:
                return bare
            return _trust().wrap_socket(bare, server_hostname=target.host, do_handshake_on_connect=False)
    raise Unreached(code)


def _code_of(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "not_trusted"
    return "too_slow" if isinstance(error, TimeoutError) else "no_reply"


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Whose word is taken for a name: the machine's authorities (SSL_CERT_FILE) and the well-known ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=known_authorities())
    return context


@contextmanager
def _hang_up_at(deadline: float, sock: socket.socket) -> Iterator[Event]:
    """A socket's time limit starts again with each byte: one who sends a byte a second would hold us for hours."""
    late = Event()

    def hang_up() -> None:
        late.set()
        with suppress(OSError):
            # Beneath TLS: the library's own shutdown must not meet a read in another thread.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = Timer(max(0.0, deadline - monotonic()), hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
