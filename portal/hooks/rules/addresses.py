"""Where a message may go: over https, to a public address of the internet, and nowhere behind our own walls."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from portal.errors import Refused

LONGEST_URL = 500
PORTS = (443, 8443)
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE)
_PLAIN = re.compile(r"[!-~]+")
# Special networks that Python counts as global: relays and protocol addresses lead on to other networks.
_SPECIAL = tuple(ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24"))
# All of the internet's version 6 that is handed out today, and the part of it that carries version 4 inside.
_UNICAST = IPv6Network("2000::/3")
_CARRIES_V4 = IPv6Network("2002::/16")


@dataclass(frozen=True)
class Target:
    """An address taken apart. `local` is the demonstration's own machine, where there is no certificate."""

    host: str
    port: int
    path: str
    secure: bool
    local: bool


def target_of(url: str, *, demo: bool) -> Target:
    """Take an address apart. Refused when we would not send there; `demo` also lets http to localhost pass.

    What the host resolves to is judged at delivery: names change their addresses.
    """
    parts = _parts(url)
    if parts.username is not None or parts.password is not None:
        raise _wrong("Leave the user name and password out of the address. Messages are signed instead.")
    if parts.fragment:
        raise _wrong("Leave out the # and what follows it.")
    local = demo and parts.hostname == "localhost"
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise _wrong("The address must begin with https://.")
    if not local:
        _check_host(parts.hostname or "")
    port = _port(parts, local=local)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.hostname or "", port, path, parts.scheme == "https", local)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not private, loopback, link-local, multicast or reserved."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return _is_public_v4(found.ipv4_mapped)
        return found in _UNICAST and found not in _CARRIES_V4 and found.is_global
    return _is_public_v4(found)


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine itself."""
    return ip_address(address.partition("%")[0]).is_loopback


def _is_public_v4(found: IPv4Address) -> bool:
    return found.is_global and not found.is_multicast and not any(found in network for network in _SPECIAL)


def _parts(url: str) -> SplitResult:
    if len(url) > LONGEST_URL:
        raise _wrong(f"Use an address of at most {LONGEST_URL} characters.")
    if not _PLAIN.fullmatch(url) or "\\" in url:
        raise _wrong("Write the address with plain letters, digits and signs, without spaces.")
    try:
        return urlsplit(url)
    except ValueError:
        raise _wrong("This is not an address of a web page.") from None


def _check_host(host: str) -> None:
    if not _HOST.fullmatch(host):
        raise _wrong("Name the receiver by its full host name, such as mis.college.example, not by a number.")


def _port(parts: SplitResult, *, local: bool) -> int:
    try:
        port = parts.port
    except ValueError:
        raise _wrong("The port must be a number.") from None
    if port is None:
        port = 443 if parts.scheme == "https" else 80
    if not local and port not in PORTS:
        raise _wrong(f"Use port {' or '.join(map(str, PORTS))}.")
    return port


def _wrong(sentence: str) -> Refused:
    return Refused(sentence, code="url", field="url")
