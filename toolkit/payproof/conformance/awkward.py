"""Awkward input: what arrives at every gateway one day. It must not be answered with 5xx, and what is
clearly no request of the documents must not be a success."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from payproof.conformance.case import Case, refused
from payproof.conformance.documented import first
from payproof.conformance.draft import FORM, Absent, Draft, json_bytes
from payproof.conformance.judge import judge_form
from payproof.conformance.schemas import schema_at, types
from payproof.conformance.signer import Signer
from payproof.errors import ToolkitError
from payproof.model import Expectation, Message
from payproof.signing.fields import UnreadableBody
from payproof.spec import Operation

RULE = "unreadable-request-accepted"
#: Name of the case, what the value is in words, the value.
TEXTS: tuple[tuple[str, str, Any], ...] = (
    ("unicode", "Unicode text", "धन्यवाद € \U0001f600"),
    ("combining", "Unicode text with combining and direction marks", "Zoe\u0308 \u202eabc"),
    ("control", "control characters", "a\x1b[31mb\x07"),
    ("nul", "a NUL", "a\x00b"),
    ("newline", "a line break", "a\r\nX-Injected: 1"),
    ("quotes", "quotes and markup", "'\"><script>alert(1)</script>"),
    ("delimiters", "delimiters of signed text", "a|b#c;d::e&f=g"),
    ("very-long", "20,000 characters", "x" * 20_000),
)
NUMBERS: tuple[tuple[str, str, Any], ...] = (
    ("huge", "a number of 401 digits", 10**400),
    ("tiny", "a number next to nothing", 1e-300),
    ("negative", "a negative number", -1),
    ("long-fraction", "a number of 17 digits", 1.0000000000000002),
)


def awkward(signer: Signer, operation: Operation) -> Iterator[Case]:
    """Give the awkward cases of one operation."""
    yield from _values(signer, operation)
    yield from _queries(signer, operation)
    yield from _bodies(signer, operation)


def _values(signer: Signer, operation: Operation) -> Iterator[Case]:
    for address in list(first(signer.subject, operation).addresses()):
        if address == signer.signature_address(operation):
            continue
        draft = first(signer.subject, operation)
        kinds = types(schema_at(draft, address))
        rows = NUMBERS if {"number", "integer"} & set(kinds) and address.startswith("body/") else TEXTS
        for what, words, value in rows:
            draft = first(signer.subject, operation).put(address, value)
            name = f"{address.replace('/', '-')}-{what}"
            yield from _signed(signer, draft, name, address, words)
    for one in operation.parameters:
        if one.where == "path":
            for what, words, value in TEXTS:
                draft = first(signer.subject, operation).put(f"path/{one.name}", value)
                # An id that nobody made is unknown whatever it looks like.
                expect = refused(f"no {one.name} looks like this", RULE, evidence="unknown")
                yield from _signed(
                    signer, draft, f"path-{one.name}-{what}", f"path/{one.name}", words, expect
                )


def _signed(
    signer: Signer, draft: Draft, what: str, address: str, words: str, expect: Expectation | None = None
) -> Iterator[Case]:
    try:
        message = signer.sign(signer.unsigned(draft))
    except (ToolkitError, UnreadableBody, ValueError):
        # No reading of the scheme says how to sign this value, so nothing sure can be sent.
        return
    judged = expect or judge_form(signer, draft.operation, message)
    yield _case(
        draft.operation,
        what,
        message,
        judged or _open(f"{address} holds {words}"),
        address,
    )


def _queries(signer: Signer, operation: Operation) -> Iterator[Case]:
    draft = first(signer.subject, operation)
    if not draft.query:
        return
    message = signer.sign(signer.unsigned(draft))
    name, value = draft.query[0]
    doubled = replace(message, target=f"{message.target}&{name}={value}")
    yield _case(operation, "query-doubled", doubled, _open("duplicate parameters are not documented"))
    broken = replace(message, target=message.target.replace("?", "?%zz=%&", 1))
    yield _case(operation, "query-broken-escape", broken, _open("broken escapes are not documented"))


def _bodies(signer: Signer, operation: Operation) -> Iterator[Case]:
    draft = first(signer.subject, operation)
    if isinstance(draft.body, Absent):
        return
    message = signer.sign(signer.unsigned(draft))
    why = "its body is not what any documented request has"
    for what, body in _garbage(message):
        yield _case(operation, f"body-{what}", replace(message, body=body), refused(why, RULE))
    for what, body in (("deep", b"[" * 5_000 + b"]" * 5_000), ("duplicate-keys", _doubled(message))):
        yield _case(operation, f"body-{what}", replace(message, body=body), _open("nothing documents this"))
    text = message.with_header("Content-Type", "text/plain")
    yield _case(
        operation, "content-type-text", text, _open("whether the content type counts is not documented")
    )
    untyped = message.with_header("Content-Type", None)
    yield _case(
        operation, "content-type-missing", untyped, _open("whether the content type counts is not documented")
    )


def _garbage(message: Message) -> Iterator[tuple[str, bytes]]:
    yield "empty", b""
    yield "bytes", b"\xff\xfe\x00\x80"
    yield "cut", message.body[: len(message.body) // 2]
    if message.media_type != FORM:
        yield "array", json_bytes([1, 2, 3])
        yield "scalar", b"1"
        yield "null", b"null"


def _doubled(message: Message) -> bytes:
    if message.media_type == FORM:
        return message.body + b"&" + message.body
    try:
        data = json.loads(message.body)
    except ValueError:
        return message.body
    name = next(iter(data), "a")
    return b"{" + json_bytes(name) + b":" + json_bytes(data.get(name)) + b"," + message.body.lstrip()[1:]


def _open(why: str) -> Expectation:
    return Expectation("open", why, "", "unknown")


def _case(operation: Operation, what: str, message: Message, expect: Expectation, address: str = "") -> Case:
    return Case(
        name=f"{operation.id}/directed/awkward-{what}",
        operation=operation.id,
        kind="directed",
        message=message,
        expect=expect,
        write=operation.is_write,
        tags={"address": address, "awkward": True} if address else {"awkward": True},
    )
