"""Which hosts play a gateway: `host` covers every port of it, `host:port` that one, a URL its own port."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from payproof.adapters.guard import hub
from payproof.errors import UsageError

#: What stands for the port of a host whose every port is meant.
EVERY_PORT = "*"
_USUAL = {"http": 80, "https": 443}
_NAME = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")


def read_host(text: str, *, where: str) -> str:
    """Give the host that somebody named, as `covers` compares it; a path behind it counts for nothing.

    Args:
        text: A host, `host:port` or URL.
        where: The setting it stands in, for the error.

    Raises:
        UsageError: It is none of these.
    """
    parts = _parts(text.strip())
    if parts is None:
        raise UsageError(
            f"{text[:80]!r} is no host",
            where=where,
            hint="give host (every port of it), host:port or a URL, each as an entry of its own",
        )
    if parts.scheme:
        return hub.host_of(text.strip())
    return f"{(parts.hostname or '').rstrip('.')}:{parts.port or EVERY_PORT}"


def covers(hosts: Collection[str], url: str) -> bool:
    """Say whether a URL's host is among them, by its own port or by any."""
    own = hub.host_of(url)
    if not own:
        return False
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    port = parts.port or _USUAL.get(parts.scheme, 0)
    return not {own, f"{name}:{port}", f"{name}:{EVERY_PORT}"}.isdisjoint(hosts)


def _parts(text: str) -> SplitResult | None:
    """Give the parts of a URL, or of one without its scheme; None when no host can be read out of it."""
    # An address of IPv6 may stand without its brackets where no port follows.
    bare = f"[{text}]" if text.count(":") > 1 and "://" not in text and "[" not in text else text
    try:
        parts = urlsplit(bare if "://" in bare else f"//{bare}")
        usable = bool(_NAME.fullmatch(parts.hostname or "")) and parts.port != 0
    except ValueError:  # an open bracket, a port that is no number
        return None
    known = parts.scheme in ("", *_USUAL) and not parts.netloc.endswith(":")
    return parts if usable and known else None
