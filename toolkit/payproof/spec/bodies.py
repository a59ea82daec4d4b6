"""A message's body against the content that the spec states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from payproof.files.json_text import JsonProblem, parse_json
from payproof.files.limits import DEFAULT, escape
from payproof.model import Message
from payproof.spec.coerce import form
from payproof.spec.matching import pairs_of
from payproof.spec.problem import Problem
from payproof.spec.scope import Scope
from payproof.spec.wording import problems

FORM = "application/x-www-form-urlencoded"
#: Larger bodies are judged too, but without jsonschema's words, which would take seconds.
_LARGE = 256 * 1024


def check_body(scope: Scope, content: Any, message: Message, *, due: bool) -> list[Problem]:
    """Give what a body has against a `content` mapping; empty when nothing.

    Args:
        scope: The request body or response that states the content.
        content: By media type.
        message: The message.
        due: Whether there must be a body.
    """
    if not isinstance(content, Mapping) or not content or message.unread:
        return []
    if not message.body:
        return [scope.problem("", "missing-body", "there is no body")] if due else []
    key = media_key(content, message.media_type)
    if key is None:
        return [_wrong_type(scope, content, message.media_type)]
    media = content[key] if isinstance(content[key], Mapping) else {}
    reader = _reader(message.media_type)
    return _judged(scope, key, media, message.body, reader) if reader else []


def media_key(content: Mapping[str, Any], media_type: str) -> str | None:
    """Give the key under which a media type is stated, ranges such as `text/*` included; None for none."""
    if media_type in content:
        return media_type
    exact = (key for key in content if key.partition(";")[0].strip().lower() == media_type)
    ranges = (key for key in (f"{media_type.partition('/')[0]}/*", "*/*") if key in content)
    return next(exact, None) or next(ranges, None)


def _wrong_type(scope: Scope, content: Mapping[str, Any], media_type: str) -> Problem:
    shown = media_type[:80]
    text = f"the content type {shown!r} is not documented here" if shown else "there is no content type"
    return scope.problem(
        "header/content-type", "undocumented-content-type", text, expected=", ".join(content), actual=shown
    )


def _judged(
    scope: Scope, key: str, media: Mapping[str, Any], body: bytes, reader: Callable[[bytes, Any], Any]
) -> list[Problem]:
    inner = scope.into(f"content/{escape(key)}/schema", media)
    compiled = inner.compiled(media.get("schema", {}))
    try:
        read = reader(body, compiled.schema)
    except JsonProblem as problem:
        return [inner.problem("", "unreadable-body", f"the body cannot be read: {problem.why}")]
    if compiled.is_valid(read):
        return []
    return problems(compiled, read, around=inner.around, quick=len(body) > _LARGE)


def _reader(media_type: str) -> Callable[[bytes, Any], Any] | None:
    """Give what turns a body into a value, None for types whose bodies are not looked into."""
    if media_type == FORM:
        return _form
    if media_type.endswith(("/json", "+json")) or not media_type:
        return lambda body, schema: parse_json(body)
    return _text if media_type.startswith("text/") else None


def _form(body: bytes, schema: Any) -> Any:
    if len(body) > DEFAULT.size:
        raise JsonProblem(f"it is larger than {DEFAULT.size} bytes")
    return form(pairs_of(body.decode("utf-8", "replace")), schema)


def _text(body: bytes, schema: Any) -> Any:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonProblem(f"byte {error.start} is not UTF-8") from None
