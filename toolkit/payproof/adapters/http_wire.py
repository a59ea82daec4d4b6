"""A reply's bytes as HTTP/1.1 sends them."""

from __future__ import annotations

from http import HTTPStatus

from payproof.model import Header, Message, reason_phrase

_REASONS = {status.value: reason_phrase(status.value).encode() for status in HTTPStatus}
_NO_BODY = frozenset({204, 304, *range(100, 200)})
_UNSAFE = str.maketrans("", "", "\r\n\0")


def written(
    reply: Message, *, keep: bool, head_only: bool = False, cut: int | None = None, hello: bool = False
) -> bytes:
    """Give a reply's bytes on the wire.

    Args:
        keep: Whether the connection stays open.
        head_only: Whether the body is left out, as for HEAD.
        cut: How many bytes of the body to send of those that are announced.
        hello: Whether to say `Connection: keep-alive`, which HTTP/1.0 clients wait for.
    """
    bodiless = reply.status in _NO_BODY
    body = b"" if bodiless else reply.body
    parts = [b"HTTP/1.1 %d %s\r\n" % (reply.status, _REASONS.get(reply.status, b"Unknown"))]
    parts += [_header(pair) for pair in reply.headers]
    if not bodiless:
        parts.append(b"Content-Length: %d\r\n" % len(body))
    if not keep:
        parts.append(b"Connection: close\r\n")
    elif hello:
        parts.append(b"Connection: keep-alive\r\n")
    parts.append(b"\r\n")
    if not head_only:
        parts.append(body if cut is None else body[:cut])
    return b"".join(parts)


_WIRE: dict[int, tuple[Message, bytes]] = {}
_MOST_WIRE = 256


def wire(reply: Message) -> bytes:
    """Give a usual reply's bytes; a simulator that keeps a reply hands out the same object again."""
    found = _WIRE.get(id(reply))
    # The entry holds the reply, so its id cannot have become another object's.
    if found is not None:
        return found[1]
    made = written(reply, keep=True)
    if len(made) < 16_384:
        if len(_WIRE) >= _MOST_WIRE:
            _WIRE.clear()
        _WIRE[id(reply)] = (reply, made)
    return made


def _header(pair: Header) -> bytes:
    # A planted defect or an echoed value must not be able to add a header of its own.
    name, value = pair
    return f"{name.translate(_UNSAFE)}: {value.translate(_UNSAFE)}\r\n".encode("latin-1", "replace")
