"""Which addresses may be asked: URLs read strictly, the allowlist of hosts, and what only the settings can open.

An entry of an allowlist is a host (`api.example.com`, `10.0.0.5`, `[::1]`), all hosts under one (`*.example.com`)
or every host (`*`), each with a port or without: without one it means 80 and 443.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IP = IPv4Address | IPv6Address

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_URL = 2_000
EVERYWHERE = "*"

_HOST = r"\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})"
_URL = re.compile(rf"(https?)://({_HOST})(?::(\d{{1,5}}))?(?:[/?][^\s#\\]*)?", re.ASCII | re.IGNORECASE)
_ENTRY = re.compile(rf"(\*|(?:\*\.)?(?:{_HOST}))(?::(\d{{1,5}}))?", re.ASCII)

_METADATA = tuple(
    ip_network(net) for net in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200/32")
)
_IN_IPV6 = tuple(ip_network(net) for net in ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96"))
"""Networks whose last 32 bits are an IPv4 address."""
_OF_A_NETWORK = tuple(ip_network(net) for net in ("64:ff9b:1::/48", "3fff::/20", "5f00::/16"))
"""What a network translates or keeps for itself (RFC 8215, 9637, 9602), though older Pythons call it global."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who answers at a URL. `host` is in lower case, without brackets and without a dot at its end."""

    scheme: str
    host: str
    port: int

    @property
    def netloc(self) -> str:
        """The host as it is named to itself, with its port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def entry(self) -> str:
        """The entry of an allowlist that names this place."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port in DEFAULT_PORTS.values() else f"{host}:{self.port}"


def place(url: str) -> Place:
    """Raises ValueError, with the end of a sentence, for anything but a plain http or https URL."""
    if len(url) > LONGEST_URL:
        raise ValueError(f"a URL has at most {LONGEST_URL:,} characters")
    if re.match(r"[a-z]+://[^/?#]*@", url, re.IGNORECASE):
        raise ValueError("a URL carries no name and no password")
    match = _URL.fullmatch(url)
    if match is None:
        raise ValueError("a URL is written like `https://host/path`, in plain characters")
    scheme = match[1].lower()
    return Place(scheme, _plain(match[2]), _port(match[3]) or DEFAULT_PORTS[scheme])


def shown(url: str) -> str:
    """A URL as people may read it: without name, password and query."""
    bare = re.sub(r"//[^/?#@]*@", "//", url)
    return re.split(r"[?#]", bare, maxsplit=1)[0][:300]


def entry(text: str) -> str:
    """An entry of an allowlist as it is kept. Raises ValueError, with the end of a sentence, for what is none."""
    _read(text)
    return text.strip().lower()


def named(entries: Iterable[str], where: Place) -> bool:
    """Whether an allowlist names a place."""
    return any(_read(one).names(where) for one in entries)


def opens(entries: Iterable[str], where: Place, address: IP) -> bool:
    """Whether a place may be asked at this address, given that the place itself may be.

    One on the internet, always. A private one when an entry names the place, other than with `*`; a link's own
    network and the metadata services of clouds only by an entry with that very address.
    """
    known, real = [_read(one) for one in entries], _unwrapped(address)
    itself = [replace(where, host=str(ip)) for ip in (address, real)]
    if is_public(real) or any(one.host == at.host and one.names(at) for one in known for at in itself):
        return True
    if real.is_unspecified or real.is_multicast or _serves_metadata(real):
        return False
    return any(one.host != EVERYWHERE and one.names(where) for one in known)


def is_public(address: IP) -> bool:
    """Whether an address is one of the internet, whatever it is wrapped in."""
    real = _unwrapped(address)
    inside = isinstance(real, IPv6Address) and real.is_site_local
    closed = any(real in net for net in _OF_A_NETWORK if net.version == real.version)
    return real.is_global and not real.is_multicast and not inside and not closed


def literal(host: str) -> IP | None:
    """The address that a host is, where it is one and no name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _unwrapped(address: IP) -> IP:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    if int(address) > 1 and any(address in net for net in _IN_IPV6):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _serves_metadata(address: IP) -> bool:
    return any(address in net for net in _METADATA if net.version == address.version)


@dataclass(frozen=True, slots=True)
class _Entry:
    host: str
    port: int | None

    def names(self, where: Place) -> bool:
        if where.port != self.port and (self.port or where.port not in DEFAULT_PORTS.values()):
            return False
        if self.host == EVERYWHERE:
            return True
        return where.host.endswith(self.host[1:]) if self.host[:2] == "*." else where.host == self.host


def _read(text: str) -> _Entry:
    match = _ENTRY.fullmatch(text.strip())
    if match is None:
        raise ValueError("a host is written like `api.example.com`, `10.0.0.5:9090` or `*.example.com`")
    return _Entry(_plain(match[1]), _port(match[2]))


def _plain(host: str) -> str:
    """A host as it is compared: addresses in their one spelling."""
    bare = host.strip("[]").rstrip(".").lower()
    address = literal(bare)
    return str(address) if address else bare


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    if not 0 < int(text) < 65_536:
        raise ValueError("a port is a number from 1 to 65535")
    return int(text)
