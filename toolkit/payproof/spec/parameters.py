"""A request's parameters, and a response's headers, against what the spec states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from payproof.files.limits import escape
from payproof.model import Message
from payproof.spec.coerce import value
from payproof.spec.matching import match_operation, pairs_of
from payproof.spec.problem import Problem
from payproof.spec.records import Operation, Parameter
from payproof.spec.scope import Scope
from payproof.spec.wording import problems

#: Header parameters which OpenAPI leaves to other parts of a description.
_ELSEWHERE = frozenset({"accept", "content-type", "authorization"})


def check_parameters(scope: Scope, operation: Operation, message: Message) -> Iterator[Problem]:
    """Give what a request's path, query, headers and cookies have against the operation's parameters."""
    found = match_operation(operation, message) if operation.kind == "operation" else None
    if found is None and operation.kind == "operation":
        text = "the path is not this operation's"
        yield scope.problem("path", "undocumented-path", text, expected=operation.path)
    if not operation.parameters and "?" not in message.target:
        return
    query: dict[str, list[str]] = {}
    for name, text in found.query if found else pairs_of(message.target.partition("#")[0].partition("?")[2]):
        query.setdefault(name, []).append(text)
    for parameter in operation.parameters:
        texts = _given(parameter, message, query, found.path_params if found else {})
        if texts is not None:
            yield from _check(scope, parameter, texts)
    yield from _unknown(scope, operation, query)


def _unknown(scope: Scope, operation: Operation, query: Mapping[str, Any]) -> Iterator[Problem]:
    known = {one.name for one in operation.parameters if one.where == "query"}
    for name in query:
        if name not in known and name.removesuffix("[]") not in known:
            shown = name[:80]
            text = f"the query parameter {shown!r} is not documented"
            yield scope.problem(f"query/{escape(shown)}", "undocumented-parameter", text, soft=True)


def _given(
    parameter: Parameter, message: Message, query: Mapping[str, list[str]], path: Mapping[str, str]
) -> Sequence[str] | None:
    """Give the texts sent for a parameter, empty for none; None for one that is not judged here."""
    name = parameter.name
    if parameter.where == "query":
        return query.get(name) or query.get(f"{name}[]") or ()
    if parameter.where == "path":
        return [path[name]] if name in path else None
    if parameter.where == "header":
        return None if name.lower() in _ELSEWHERE else message.header_values(name)
    pieces = (
        piece.strip().partition("=") for text in message.header_values("cookie") for piece in text.split(";")
    )
    return [text for key, _, text in pieces if key == name]


def _check(scope: Scope, parameter: Parameter, texts: Sequence[str]) -> Iterator[Problem]:
    place = f"{parameter.where}/{escape(parameter.name)}"
    inner = scope.into(f"parameters/{place}", parameter.raw)
    if not texts:
        if parameter.required:
            text = f"the {parameter.where} parameter {parameter.name!r} is missing"
            yield inner.problem(place, "required", text, expected=parameter.name)
        return
    compiled = inner.compiled(parameter.schema)
    explode = bool(parameter.raw.get("explode", parameter.where in ("query", "cookie")))
    yield from problems(
        compiled, value(texts, parameter.schema, explode=explode), place=place, around=inner.around
    )


def check_headers(scope: Scope, headers: Any, message: Message) -> Iterator[Problem]:
    """Give what a response's headers have against a `headers` mapping."""
    for name, row in headers.items() if isinstance(headers, Mapping) else ():
        if not isinstance(row, Mapping) or name.lower() == "content-type":
            continue
        place, texts = f"header/{escape(name)}", message.header_values(name)
        inner = scope.into(f"headers/{escape(name)}/schema", row)
        if texts:
            schema = row.get("schema", {})
            compiled = inner.compiled(schema)
            read = value(texts, schema, explode=False)
            yield from problems(compiled, read, place=place, around=inner.around)
        elif row.get("required") is True:
            yield inner.problem(place, "required", f"the header {name!r} is missing", expected=name)
