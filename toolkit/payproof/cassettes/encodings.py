"""Bodies without their content encoding, which is what schemas and signatures speak of."""

from __future__ import annotations

import zlib

from payproof.model import Message

_GZIP, _EITHER = 31, 47


def plain_body(message: Message, most: int) -> Message:
    """Give the message with a gzip or deflate body unpacked and the headers that spoke of it put right.

    What cannot be unpacked, or would become larger than `most` bytes, stays as it is: many recorders store
    the unpacked body and keep the header.
    """
    encoding = (message.header("content-encoding") or "").strip().lower()
    if not encoding or encoding == "identity":
        return message
    body: bytes | None = message.body
    if encoding in ("gzip", "x-gzip", "deflate") and message.body:
        body = _unpacked(message.body, most, encoding)
        if body is None and not _is_text(message.body):
            return message
    elif not _is_text(message.body):
        return message
    body = message.body if body is None else body
    made = message.with_header("Content-Encoding", None)
    if made.header("content-length") is not None:
        made = made.with_header("Content-Length", str(len(body)))
    return Message(made.method, made.target, made.headers, body, made.status)


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _unpacked(body: bytes, most: int, encoding: str) -> bytes | None:
    for bits in (_GZIP,) if encoding.endswith("gzip") else (_EITHER, -15):
        engine = zlib.decompressobj(bits)
        try:
            made = engine.decompress(body, most + 1)
        except zlib.error:
            continue
        if len(made) <= most and engine.eof:
            return made
    return None
