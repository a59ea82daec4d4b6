"""One entry of a recording, as its format has it -> Interaction."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from payproof.cassettes.encodings import plain_body
from payproof.cassettes.limits import Limits
from payproof.model import Header, Interaction, Message


class BadEntry(ValueError):
    """An entry lacks what its format promises; the text says what and shows no value of it."""


def from_vcr(entry: Any, limits: Limits) -> Interaction:
    """Read one entry as vcrpy or schemathesis writes it, in YAML or JSON.

    Raises:
        BadEntry: when it has no readable request or response.
    """
    row = _mapping(entry, "the entry")
    asked, answered = _mapping(row.get("request"), "the request"), row.get("response")
    ours = row.get("payproof") if isinstance(row.get("payproof"), Mapping) else {}
    assert isinstance(ours, Mapping)
    request = _request(asked, asked.get("uri", asked.get("url")), limits)
    response, elapsed = None, 0.0
    if answered is not None:
        found = _mapping(answered, "the response")
        response = _response(found, found.get("status", found.get("status_code")), limits)
        elapsed = _number(found.get("elapsed"))
    return Interaction(
        request,
        response,
        operation=_text(ours.get("operation", "")),
        started_s=_time(ours.get("at", row.get("recorded_at"))),
        elapsed_s=_number(ours.get("elapsed")) or elapsed,
        provenance=_text(ours.get("provenance", "")),
        failure=_text(ours.get("failure", "")) or ("" if response else "no-response"),
        tags={key: ours[key] for key in KEPT if key in ours},
    )


#: What an entry of ours says beside the messages; it travels in `Interaction.tags`.
KEPT = ("host", "spec", "verdicts", "redacted", "violates", "note", "name")


def from_har(entry: Any, limits: Limits) -> Interaction:
    """Read one entry of a HAR 1.2 file (http://www.softwareishard.com/blog/har-12-spec/); raises BadEntry."""
    row = _mapping(entry, "the entry")
    asked, answered = (
        _mapping(row.get("request"), "the request"),
        _mapping(row.get("response") or {}, "the response"),
    )
    posted = asked.get("postData")
    body = _har_body(posted) if isinstance(posted, Mapping) else b""
    headers = _har_headers(asked.get("headers"), limits)
    request = _bounded(Message(_verb(asked.get("method")), _text(asked.get("url")), headers, body), limits)
    status, response = _status(answered.get("status", 0)), None
    if status:
        content = _mapping(answered.get("content") or {}, "the content")
        text = _text(content.get("text", ""))
        raw = _unbase64(text) if content.get("encoding") == "base64" else _bytes(text)
        packed = Message("", "", _har_headers(answered.get("headers"), limits), raw, status)
        response = _bounded(plain_body(packed, limits.body), limits)
    return Interaction(
        request,
        response,
        started_s=_time(row.get("startedDateTime")),
        elapsed_s=_number(row.get("time")) / 1000,
        failure="" if response else "no-response",
    )


def from_schemathesis(event: Any, limits: Limits) -> Iterator[Interaction]:
    """Read the interactions of one line of schemathesis' NDJSON report; raises BadEntry."""
    done = event.get("ScenarioFinished") if isinstance(event, Mapping) else None
    recorder = done.get("recorder") if isinstance(done, Mapping) else None
    rows = recorder.get("interactions") if isinstance(recorder, Mapping) else None
    for name, row in (rows or {}).items() if isinstance(rows, Mapping | None) else ():
        asked = _mapping(_mapping(row, "the interaction").get("request"), "the request")
        answered = row.get("response")
        response = None
        if isinstance(answered, Mapping):
            found = {**answered, "body": answered.get("content")}
            response = _response(found, found.get("status_code"), limits)
        yield Interaction(
            _request(asked, asked.get("uri"), limits),
            response,
            started_s=_time(row.get("timestamp")),
            elapsed_s=_number((answered or {}).get("elapsed")) if isinstance(answered, Mapping) else 0.0,
            failure="" if response else "no-response",
            tags={"name": _text(name)},
        )


def is_oversized(message: Message, limits: Limits) -> bool:
    """Say whether a message has more parameters, steps of a path or values than honest ones have."""
    target, body = message.target, message.body
    if len(target) > limits.nodes and target.count("&") + target.count("/") > limits.parts:
        return True
    return len(body) > limits.nodes and body[:1] in b"{[" and body.count(b",") > limits.nodes


def _bounded(message: Message, limits: Limits) -> Message:
    if is_oversized(message, limits):
        raise BadEntry("a message has more parameters, path segments or values than can be judged")
    return message


def _request(row: Mapping[str, Any], target: Any, limits: Limits) -> Message:
    if not isinstance(target, str) or not target:
        raise BadEntry("the request has no address")
    message = Message(
        _verb(row.get("method")), target, _headers(row.get("headers"), limits), _body(row.get("body"))
    )
    return _bounded(plain_body(message, limits.body), limits)


def _response(row: Mapping[str, Any], status: Any, limits: Limits) -> Message:
    if isinstance(status, Mapping):
        status = status.get("code")
    message = Message("", "", _headers(row.get("headers"), limits), _body(row.get("body")), _status(status))
    return _bounded(plain_body(message, limits.body), limits)


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadEntry(f"{what} is missing or no mapping")
    return value


def _verb(value: Any) -> str:
    if not isinstance(value, str) or not value.isascii() or not value:
        raise BadEntry("the request has no method")
    return value.upper()


def _status(value: Any) -> int:
    try:
        code = int(value)
    except (TypeError, ValueError, OverflowError):
        raise BadEntry("the response has no status") from None
    if not 0 <= code <= 999:
        raise BadEntry("the response's status is none of HTTP")
    return code


def _headers(value: Any, limits: Limits) -> tuple[Header, ...]:
    """Read name -> text or list of texts, or a list of pairs."""
    if value is None:
        return ()
    rows: list[Header] = []
    if isinstance(value, Mapping):
        pairs: Any = value.items()
    elif isinstance(value, list) and all(isinstance(one, list) and len(one) == 2 for one in value):
        pairs = value
    else:
        raise BadEntry("the headers are neither a mapping nor pairs")
    for name, held in pairs:
        for one in held if isinstance(held, list | tuple) else (held,):
            rows.append((_text(name), _text(one)))
            if len(rows) > limits.headers:
                raise BadEntry(f"there are more than {limits.headers} headers")
    return tuple(rows)


def _har_headers(value: Any, limits: Limits) -> tuple[Header, ...]:
    rows = [_mapping(one, "a header") for one in value or () if one] if isinstance(value, list | None) else []
    if len(rows) > limits.headers:
        raise BadEntry(f"there are more than {limits.headers} headers")
    # HTTP/2 exports name the request line's parts as headers, `:path` and so on.
    named = [(_text(row.get("name")), _text(row.get("value", ""))) for row in rows]
    return tuple((name, text) for name, text in named if not name.startswith(":"))


def _har_body(posted: Mapping[str, Any]) -> bytes:
    if isinstance(posted.get("text"), str):
        return _unbase64(posted["text"]) if posted.get("encoding") == "base64" else _bytes(posted["text"])
    from urllib.parse import urlencode

    rows = [row for row in posted.get("params") or () if isinstance(row, Mapping)]
    return urlencode([(_text(row.get("name")), _text(row.get("value", ""))) for row in rows]).encode()


def _body(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return _bytes(value)
    if isinstance(value, list) and all(isinstance(one, bytes) for one in value):
        return b"".join(value)
    if isinstance(value, Mapping):
        for name in ("base64_string", "$base64", "base64"):
            if name in value:
                return _unbase64(value[name])
        text, charset = value.get("string"), value.get("encoding")
        if isinstance(text, str) and isinstance(charset, str):
            return _encoded(text, charset)
        return _body(text)
    raise BadEntry("a body is neither text nor bytes")


def _encoded(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset)
    except (LookupError, UnicodeError, ValueError):
        return _bytes(text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _unbase64(value: Any) -> bytes:
    try:
        return base64.b64decode(_text(value).encode("ascii"), validate=False)
    except (ValueError, binascii.Error):
        raise BadEntry("a body's Base64 is broken") from None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if value is None or isinstance(value, int | float | datetime):
        return "" if value is None else str(value)
    raise BadEntry("a list or mapping stands where a text belongs")


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if 0 <= number < 1e12 else 0.0


def _time(value: Any) -> float:
    """Give seconds since the epoch of a number or an ISO 8601 text; 0 when there is none."""
    if not isinstance(value, str):
        return value.timestamp() if isinstance(value, datetime) and value.tzinfo else _number(value)
    try:
        moment = datetime.fromisoformat(value)
        return max(0.0, moment.timestamp()) if moment.tzinfo else 0.0
    except (ValueError, OverflowError):
        return 0.0
