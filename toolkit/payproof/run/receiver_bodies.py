"""Bodies that no gateway sends: a receiver must answer each, and do nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from payproof.errors import ToolkitError
from payproof.model import Message
from payproof.run.receiver import Suite, Verdict
from payproof.signing.fields import UnreadableBody

HUGE_BYTES = 8 * 1024 * 1024


def _survived(suite: Suite, id_: str, *bodies: tuple[str, bytes]) -> Verdict:
    for what, body in bodies:
        seen = suite.hand(what, _about(suite, body))
        if seen.crashed:
            return suite.verdict(id_, "broken", f"{what}: {seen.shown}")
        if seen.acted:
            return suite.verdict(id_, "broken", f"{what}: something was done")
    return suite.verdict(id_, "held", f"{len(bodies)} tried")


def _about(suite: Suite, body: bytes) -> Message:
    """Give a delivery of those bytes, correctly signed where the scheme can sign them."""
    try:
        return suite.deliveries.make(suite.webhook.id, data={}, body=body).message
    except (ToolkitError, UnreadableBody, ValueError, RecursionError):
        return replace(suite.make().message, body=body)


def bad_utf8(suite: Suite) -> Verdict:
    """A body that is no UTF-8 is answered."""
    body = suite.make().message.body
    at = body.index(b'"', 2) + 1
    return _survived(
        suite,
        "bad-utf8-survived",
        ("bytes that are no UTF-8", b"\xff\xfe\x00\x80"),
        ("JSON with a byte that is no UTF-8", body[:at] + b"\xc3\x28" + body[at:]),
    )


def broken_json(suite: Suite) -> Verdict:
    """A body that is no JSON is answered."""
    body = suite.make().message.body
    return _survived(
        suite,
        "broken-json-survived",
        ("half a JSON object", body[: len(body) // 2]),
        ("an empty body", b""),
        ("words", b"hello"),
    )


def odd_json(suite: Suite) -> Verdict:
    """JSON of another form is answered."""
    names = list(suite.fresh())
    bodies = [b"[]", b"null", b'"text"', b"12", b"{}"]
    values: tuple[Any, ...] = (None, "x", [])
    bodies += [json.dumps({name: value}).encode() for name in names for value in values]
    return _survived(suite, "odd-json-survived", *((f"the body {one.decode()}", one) for one in bodies))


def deep_json(suite: Suite) -> Verdict:
    """Deeply nested JSON is answered."""
    deep = b"[" * 100_000 + b"]" * 100_000
    return _survived(suite, "deep-json-survived", ("an array nested 100,000 deep", deep))


def huge(suite: Suite) -> Verdict:
    """A huge body is answered."""
    body = b'{"padding": "' + b"x" * HUGE_BYTES + b'"}'
    return _survived(suite, "huge-survived", (f"a body of {HUGE_BYTES // 1024**2} MiB", body))
