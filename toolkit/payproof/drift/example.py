"""Examples of rules as sides: the shorthand in which each rule's example is written, for tests and docs.

A schema stands for the field `value` of a response (of a request where the rule looks at what is taken), or
for the whole body when it has `properties`. Other forms: `values`, `bodies` and `raw` are observations;
`signed`, `reply`, `body`, `statuses`, `operation`, `hook`, `path`, `request` and `cycle` change one part of a
small document; `paths`, `webhooks`, `servers` and `schemes` are put into it as they are.
"""

from __future__ import annotations

import json
from typing import Any

from payproof.drift.from_spec import side_of
from payproof.drift.registry import DriftRule
from payproof.drift.shape import Shape
from payproof.drift.sides import Side
from payproof.model import Interaction, Message
from payproof.spec import Spec, loads

_FORMS = frozenset(
    [
        "values",
        "bodies",
        "raw",
        "signed",
        "reply",
        "body",
        "statuses",
        "operation",
        "hook",
        "path",
        "request",
        "cycle",
        "paths",
        "webhooks",
        "servers",
        "schemes",
    ]
)


def example_sides(one: DriftRule) -> tuple[Side, Side]:
    """Give the promised and the observed side of a rule's example."""
    example = one.row.example
    promised = example_spec(example.promised, one)
    if _is_observation(example.observed):
        return side_of(promised), _observed(promised, example.observed).side("observed")
    return side_of(promised), side_of(example_spec(example.observed, one))


def example_spec(data: Any, one: DriftRule) -> Spec:
    """Give the small document that one side of an example means."""
    document = _document()
    if set(data) & _FORMS or not data:
        _change(document, data)
    else:
        _put_schema(document, data, taken=one.sense == "in")
    return loads(json.dumps(document).encode(), "example.json")


def _is_observation(data: Any) -> bool:
    return bool({"values", "bodies", "raw", "request"} & set(data))


def _document() -> dict[str, Any]:
    reply = {"description": "Good.", "content": {"application/json": {"schema": {"type": "object"}}}}
    operation = {"operationId": "act", "responses": {"200": reply}}
    keys = {name: {"type": "apiKey", "in": "header", "name": name} for name in ("Key", "Token")}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Example", "version": "1"},
        "paths": {"/act": {"post": operation}},
        "components": {"securitySchemes": keys},
    }


def _put_schema(document: dict[str, Any], schema: Any, *, taken: bool) -> None:
    if "properties" not in schema:
        schema = {"type": "object", "required": ["value"], "properties": {"value": schema}}
    operation = document["paths"]["/act"]["post"]
    content = {"application/json": {"schema": schema}}
    if taken:
        operation["requestBody"] = {"required": True, "content": content}
    else:
        operation["responses"]["200"]["content"] = content


def _change(document: dict[str, Any], data: dict[str, Any]) -> None:
    operation = document["paths"]["/act"]["post"]
    reply = operation["responses"]["200"]
    for form, value in data.items():
        if form == "operation":
            _merge(operation, value)
        elif form == "reply" and "error_code" in value:
            code = {"type": "string", "x-known-values": value["error_code"]}
            schema = {"type": "object", "properties": {"error_code": code}}
            operation["responses"]["400"] = {
                "description": "Bad.",
                "content": {"application/json": {"schema": schema}},
            }
        elif form == "reply":
            reply.update(value)
        elif form == "body":
            operation["requestBody"] = value
        elif form == "statuses":
            operation["responses"] = dict.fromkeys(value, reply)
        elif form == "hook":
            document["webhooks"] = {
                "paid": {"post": {"responses": {"200": {"description": "Taken."}}, **value}}
            }
        elif form == "path":
            document["paths"] = {value: {"post": operation}}
        elif form == "cycle":
            document["x-life-cycles"] = {"example.payment": {"initial": "NEW", **value}}
        elif form == "paths":
            document["paths"].update(value)
        elif form == "schemes":
            document["components"]["securitySchemes"] = value
        elif form in ("webhooks", "servers"):
            document[form] = value
        elif form == "signed":
            _sign(document, operation, data)


def _sign(document: dict[str, Any], operation: dict[str, Any], data: dict[str, Any]) -> None:
    names = data.get("order", ["a", "signature"])
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    operation["responses"]["200"]["content"]["application/json"]["schema"] = schema
    if data["signed"] is None:
        return
    part = data["signed"].get("part", "response")
    scheme = {
        "kind": "signature",
        "source": "body",
        "parts": "values",
        "digest": "hmac-sha512",
        "key": {"role": "secret", "form": "text"},
        "text": "hex-lower",
        "carry": {"field": "signature"},
    }
    scheme.update({key: value for key, value in data["signed"].items() if key != "part"})
    document["components"]["x-signing-schemes"] = {"example.use": scheme}
    operation["x-signing"] = {part: {"scheme": "example.use"}}


def _merge(into: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if value is None:
            into.pop(key, None)
        else:
            into[key] = value


def _observed(spec: Spec, data: dict[str, Any]) -> Shape:
    shape = Shape()
    if "request" in data:
        method, _, path = data["request"].partition(" ")
        shape.add(spec, Interaction(Message(method, path), Message(status=200)))
    bodies = [
        json.dumps(one) for one in data.get("bodies", [{"value": one} for one in data.get("values", ())])
    ]
    for text in [*bodies, *([data["raw"]] if "raw" in data else [])]:
        reply = Message(headers=(("Content-Type", "application/json"),), body=text.encode(), status=200)
        verdict = data.get("verdict")
        shape.add(spec, Interaction(Message("POST", "/act"), reply), lambda *_, verdict=verdict: verdict)
    return shape
