"""Which fields or which text of a message a recipe signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from payproof.model import Message
from payproof.signing.bodytext import BodyText, body_bytes
from payproof.signing.fields import (
    MISSING,
    Pairs,
    as_pairs,
    at_pointer,
    body_fields,
    find,
    parse_form,
    percent_decoded,
    query_of,
    text_of_bytes,
)

Place = Literal["body", "query", "form", "return-url", "headers"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the signed fields stand.

    Args:
        place: The body (JSON or form by its content type), the query, a form body whatever it says it
            is, the parameters of a return URL (query, or form when posted), or the headers.
        pointer: JSON pointer to the object within the body.
        decoded: Whether query and form values are percent-decoded.
        path_id: Whether the last path segment counts as a field: `no`, `first` or `last`.
    """

    place: Place = "body"
    pointer: str = ""
    decoded: bool = True
    path_id: Literal["no", "first", "last"] = "no"

    def __str__(self) -> str:
        return f"{self.place} {self.pointer}" if self.pointer else self.place


@dataclass(frozen=True, slots=True)
class PartRef:
    """One named part of a text to sign, such as `header webhook-id`, `field request` or `body`."""

    kind: Literal["header", "query", "path", "field", "body", "literal", "method", "target"]
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


class Taken:
    """A message with its source's fields, read when first asked for."""

    __slots__ = ("_document", "_fields", "message", "source", "unrepeated")

    def __init__(self, source: Source, message: Message, *, unrepeated: bool = False) -> None:
        self.source, self.message, self.unrepeated = source, message, unrepeated
        self._fields: Any = None
        self._document: Any = None

    @property
    def document(self) -> Any:
        """The whole body, form or query as parsed; raises UnreadableBody, DuplicateKeys if asked for."""
        found = self._document
        if found is None:
            found = self._document = _document(self.source, self.message, self.unrepeated)
        return found

    @property
    def fields(self) -> Any:
        """What stands at the source's pointer (Pairs for an object, dict if unrepeated), or MISSING."""
        found = self._fields
        if found is None:
            found = at_pointer(self.document, self.source.pointer)
            if self.source.path_id != "no":
                found = _with_path_id(self.source, self.message, found)
            self._fields = found
        return found


def take(source: Source, message: Message, *, unrepeated: bool = False) -> Taken:
    """Say what is taken of a message; nothing is parsed until it is asked for.

    Args:
        unrepeated: Whether a name that stands twice makes reading fail with DuplicateKeys.
    """
    return Taken(source, message, unrepeated=unrepeated)


def _document(source: Source, message: Message, unrepeated: bool) -> Any:
    place = source.place
    if place == "body":
        return body_fields(message, decode=source.decoded, unrepeated=unrepeated)
    if place == "return-url":
        posted = bool(message.body) and message.method not in ("GET", "HEAD")
        place = "body" if posted else "query"
    if place == "query":
        return parse_form(query_of(message.target), decode=source.decoded, unrepeated=unrepeated)
    if place == "headers":
        return Pairs(message.headers)
    if place == "form":
        return parse_form(message.body, decode=source.decoded, unrepeated=unrepeated)
    return body_fields(message, decode=source.decoded, unrepeated=unrepeated)


def _with_path_id(source: Source, message: Message, found: Any) -> Any:
    if type(found) is dict:
        found = as_pairs(found)
    if type(found) is not Pairs:
        return found
    row = ("id", path_id(message.target))
    return Pairs([row, *found]) if source.path_id == "first" else Pairs([*found, row])


def path_segments(target: str) -> list[str]:
    """Give the decoded, non-empty path segments of a raw target or absolute URL."""
    path = target.partition("#")[0].partition("?")[0]
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    return [percent_decoded(piece) for piece in path.split("/") if piece]


def path_id(target: str) -> str:
    """Give the path segment that looks most like an id: the last one that holds a digit, else the last."""
    segments = path_segments(target)
    with_digit = [piece for piece in segments[1:] if any(letter.isdigit() for letter in piece)]
    return with_digit[-1] if with_digit else (segments[-1] if segments else "")


def part_text(ref: PartRef, taken: Taken, form: BodyText) -> Any:
    """Give one named part's text (or a field's value), MISSING when the message lacks it.

    Raises:
        UnreadableBody: when the body has to be parsed and cannot be.
    """
    message = taken.message
    if ref.kind == "body":
        return text_of_bytes(body_bytes(message.body, form))
    if ref.kind == "header":
        return _or_missing(message.header(ref.name))
    if ref.kind == "field":
        fields = taken.fields
        value = find(fields, ref.name)
        return _in_base64(value, form) if type(value) is str and form.style is not None else value
    if ref.kind == "query":
        return find(parse_form(query_of(message.target)), ref.name)
    if ref.kind == "path":
        segments = path_segments(message.target)
        at = int(ref.name) if ref.name.lstrip("-").isdigit() else -1
        return segments[at] if -len(segments) <= at < len(segments) else MISSING
    if ref.kind == "method":
        return message.method
    return message.target if ref.kind == "target" else ref.name


def _in_base64(value: str, form: BodyText) -> str:
    """Write again the JSON that a field carries in Base64, as a signer that encodes it anew does."""
    import base64
    import binascii

    try:
        inner = base64.b64decode(value.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return value
    return text_of_bytes(body_bytes(inner, form))


def _or_missing(value: str | None) -> Any:
    return MISSING if value is None else value
