"""Which hosts are a real gateway's, and what may be sent there: nothing unless allowed, then reads only.

Theory of operation. A run against a real gateway moves money and fills somebody's dashboard, so it must be
asked for by host. A host counts as real when it is, or stands under, the registered domain of any server
that a gateway's spec names, its own test environment included. The question is asked of the normalised name
at the moment of connecting, so no spelling (case, final dot, full-width dots) and no later change gets by.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from payproof.errors import UsageError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class LiveHostError(UsageError):
    """A real gateway's host would be called without `--allow-live`."""


def normal_host(host: str) -> str:
    """Give the host as resolvers see it: compatible characters folded, lower case, no final dot, no port."""
    folded = unicodedata.normalize("NFKC", host).replace("\u3002", ".").strip().strip("[]").lower()
    try:
        folded = folded.encode("idna").decode("ascii")
    except UnicodeError:
        pass
    return folded.rstrip(".")


def host_of(url: str) -> str:
    """Give the normalised host of a URL, empty when it has none."""
    return normal_host(urlsplit(url).hostname or "")


def domain_of(host: str) -> str:
    """Give the last two labels of a name; an address or a single label stands for itself."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return ".".join(host.split(".")[-2:])
    return host


@dataclass(frozen=True, slots=True)
class LiveGuard:
    """Says no to a real gateway's hosts.

    Args:
        domains: Registered domains of the real servers.
        allowed: Hosts that the user allowed, normalised.
        writes: Whether the user allowed other than reads there.
    """

    domains: frozenset[str]
    allowed: frozenset[str] = frozenset()
    writes: bool = False

    @classmethod
    def of(
        cls, server_urls: Iterable[str], *, allowed: Iterable[str] = (), writes: bool = False
    ) -> LiveGuard:
        """Make the guard for the servers of one or more specs; loopback addresses are nobody's."""
        hosts = {host_of(url) for url in server_urls}
        names = {domain_of(host) for host in hosts if host and not is_loopback(host)}
        return cls(frozenset(names), frozenset(normal_host(host) for host in allowed), writes)

    def is_live(self, host: str) -> bool:
        """Say whether the host is, or stands under, a real server's domain."""
        name = normal_host(host)
        return any(name == domain or name.endswith(f".{domain}") for domain in self.domains)

    def check_host(self, host: str) -> None:
        """Raise LiveHostError when that host is real and was not allowed."""
        name = normal_host(host)
        if self.is_live(name) and name not in self.allowed:
            raise LiveHostError(
                f"{name} is a real gateway's host",
                where="the host that would be called",
                hint=f"add --allow-live {name} if its owner agreed; only reads go without --allow-writes",
            )

    def allows(self, host: str, *, write: bool) -> bool:
        """Say whether a read or a write may be sent to the host."""
        return not self.is_live(host) or (normal_host(host) in self.allowed and (self.writes or not write))


def is_loopback(host: str) -> bool:
    """Say whether the host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_own_receiver(url: str, allowed: Iterable[str], *, where: str) -> None:
    """Raise UsageError unless the URL names a receiver on this machine, or a host that was allowed.

    Args:
        where: The option or argument that gave the URL.
    """
    try:
        parts = urlsplit(url)
        host, usable = host_of(url), parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:  # an open bracket, a port that is no number
        host, usable = "", False
    if not host or not usable:
        raise UsageError("there is no receiver to send to", where=where, hint="give http://HOST:PORT/PATH")
    if not is_loopback(host) and host not in {normal_host(one) for one in allowed}:
        raise UsageError(
            f"{host[:80]} is not this machine",
            where=where,
            hint=f"add --allow-live {host[:80]} if it is yours",
        )
