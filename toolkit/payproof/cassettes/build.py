"""The documented examples of a spec as recorded interactions: to be replayed, linted and compared.

A document shows requests and responses apart. Each documented response is given the operation's first
documented request, and each further request the first documented success. Requests carry the test bed's
credentials and are signed with its key; a documented response keeps the signature that it shows, which
mostly nobody can verify.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from payproof.cassettes.redaction.points import judge, points
from payproof.errors import ToolkitError
from payproof.model import Interaction, Message
from payproof.signing import Envelope, Keys, Recipe, scheme_for, sign_message
from payproof.spec import Operation, Parameter, Spec
from payproof.spec.operations import servers_of

_FORM = "application/x-www-form-urlencoded"
_HOOK = "https://merchant.example/payment-updates"
Named = tuple[str, Message, list[Any]]


def documentation(spec: Spec, test_keys: Mapping[str, str]) -> Iterator[Interaction]:
    """Give every documented example of operations and webhooks, in the document's order.

    Args:
        spec: The gateway's document.
        test_keys: By role; what a reader of the cassette verifies with.
    """
    keys = Keys.of(dict(test_keys), test=True)
    for operation in spec.operations.values():
        requests = list(_requests(spec, operation, keys))
        responses = list(_responses(operation))
        for name, response, broken in responses:
            # The document does not say which request it answers, so it is the usual one.
            yield _entry(spec, operation, requests[0], (name, response, broken), keys)
        usual = [row for row in responses if row[1].status < 400][:1]
        for request in requests[1:]:
            yield _entry(spec, operation, request, usual[0] if usual else None, keys)
        if not responses and requests:
            yield _entry(spec, operation, requests[0], None, keys)
    for webhook in spec.webhooks.values():
        for request in _requests(spec, webhook, keys):
            yield _entry(spec, webhook, request, ("", Message(status=200), []), keys)


def _entry(
    spec: Spec, operation: Operation, request: Named, response: Named | None, keys: Keys
) -> Interaction:
    names = [request[0], *([response[0]] if response and response[0] else [])]
    verdicts = {}
    for part, message in (("request", request[1]), ("response", response[1] if response else None)):
        if message is not None and _is_covered(operation, part, message):
            named = "webhook" if operation.kind == "webhook" and part == "request" else part
            judged = judge(list(points(spec, operation, named, {})), message, keys)
            if judged is not None and judged.reason != "missing-signature":
                verdicts[part] = judged.facts() if judged.ok else _nobodys(judged.scheme)
    tags: dict[str, Any] = {"spec": spec.version, "name": " / ".join(names), "verdicts": verdicts}
    broken = [*request[2], *(response[2] if response else [])]
    if broken:
        tags["violates"] = broken
    return Interaction(
        request[1],
        response[1] if response else None,
        operation=operation.id,
        provenance="documentation",
        failure="" if response else "not-documented",
        tags=tags,
    )


def _nobodys(scheme: str) -> dict[str, Any]:
    return {"scheme": scheme, "ok": None, "reason": "no-key", "unverifiable": True}


def _is_covered(operation: Operation, part: str, message: Message) -> bool:
    rule = operation.signing.get(part) or {}
    return part == "request" or str(message.status) in [str(one) for one in rule.get("statuses") or ["200"]]


# Requests


def _requests(spec: Spec, operation: Operation, keys: Keys) -> Iterator[Named]:
    for name, media_type, body, broken in _bodies((operation.request_body or {}).get("content") or {}):
        headers = [*_headers(spec, operation, keys)]
        if media_type:
            headers.append(("Content-Type", media_type))
        message = Message(operation.method, _target(spec, operation), tuple(headers), body)
        yield name, _signed(spec, operation, message, keys), broken


def _signed(spec: Spec, operation: Operation, message: Message, keys: Keys) -> Message:
    """Sign what a merchant sends, and deliveries whose signature stands beside the body shown."""
    webhook = operation.kind == "webhook"
    try:
        recipe: Recipe | Envelope | None = scheme_for(spec, operation, "webhook" if webhook else "request")
        if isinstance(recipe, Recipe) and not (webhook and message.body and recipe.carry.where == "field"):
            return sign_message(recipe, message, keys)
    except ToolkitError:
        pass
    return message


def _target(spec: Spec, operation: Operation) -> str:
    if operation.kind == "webhook":
        base = _HOOK
    else:
        item = spec.resolved["paths"][operation.path]
        servers = list(servers_of(operation.raw.get("servers") or item.get("servers"))) or spec.servers
        base = servers[0].url.rstrip("/") if servers else "https://gateway.example"
    path = operation.path if operation.kind != "webhook" else ""
    for one in operation.parameters:
        if one.where == "path":
            path = path.replace(f"{{{one.name}}}", quote(_plain(example_of(one)), safe=""))
    query = urlencode(
        [
            (one.name, _plain(example_of(one)))
            for one in operation.parameters
            if one.where == "query" and _is_shown(one)
        ]
    )
    return base + path + (f"?{query}" if query else "")


def _is_shown(one: Parameter) -> bool:
    # What a switch offers is no part of the plain documents.
    return (one.required or "example" in one.raw) and "x-when" not in one.raw and one.name != "signature"


def _headers(spec: Spec, operation: Operation, keys: Keys) -> Iterator[tuple[str, str]]:
    schemes = spec.rows("/components/securitySchemes")
    for name in operation.security[0] if operation.security else ():
        row = schemes.get(name) or {}
        role = str(row.get("x-key") or "")
        text = str(keys[role][0].text) if role in keys else "test-token"
        if row.get("type") == "http":
            yield "Authorization", f"Bearer {text}"
        elif row.get("in") == "header":
            yield str(row.get("name")), text
    for one in operation.parameters:
        if one.where == "header" and _is_shown(one):
            yield one.name, _plain(example_of(one))


def example_of(one: Parameter) -> Any:
    """Give a parameter's documented value, else a value that its schema names."""
    schema = one.schema if isinstance(one.schema, Mapping) else {}
    rows = [row.get("value") for row in (one.raw.get("examples") or {}).values() if isinstance(row, Mapping)]
    if "example" in one.raw:
        return one.raw["example"]
    found = [*rows, *(schema.get("examples") or ()), schema.get("example"), schema.get("default")]
    found += [schema.get("const"), *(schema.get("enum") or ())]
    return next(
        (value for value in found if value is not None), 1 if schema.get("type") == "integer" else "1"
    )


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# Responses


def _responses(operation: Operation) -> Iterator[Named]:
    for status, row in operation.responses.items():
        if not status.isdigit():
            continue
        if not row.get("content"):
            if int(status) < 300:
                yield "no content", Message(status=int(status)), []
            continue
        for name, media_type, body, broken in _bodies(row["content"]):
            if name:
                headers = (("Content-Type", media_type),) if media_type else ()
                yield name, Message("", "", headers, body, int(status)), broken


def _bodies(content: Mapping[str, Any]) -> Iterator[tuple[str, str, bytes, list[Any]]]:
    """Give (name, media type, body, what it breaks) of each example; one nameless row when there is none."""
    made = 0
    for media_type, media in content.items():
        examples = dict(media.get("examples") or {})
        if "example" in media:
            examples = {"example": {"value": media["example"]}, **examples}
        for name, row in examples.items():
            if isinstance(row, Mapping) and "value" in row:
                made += 1
                yield name, media_type, _encoded(row["value"], media_type), _broken(row)
    if not made:
        yield "", "", b"", []


def _broken(row: Mapping[str, Any]) -> list[Any]:
    stated = row.get("x-violates") or []
    rows = stated if isinstance(stated, list) else [stated]
    return [
        [str(one.get("keyword", "")), str(one.get("pointer", ""))] for one in rows if isinstance(one, Mapping)
    ]


def _encoded(value: Any, media_type: str) -> bytes:
    if media_type == _FORM and isinstance(value, Mapping):
        return urlencode([(name, _plain(one)) for name, one in value.items() if one is not None]).encode()
    if isinstance(value, str) and "json" not in media_type:
        return value.encode()
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
