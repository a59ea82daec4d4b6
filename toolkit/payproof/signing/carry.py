"""Where a signature travels: reading it off a message, and putting it there."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import quote

from payproof.errors import UsageError
from payproof.model import Message
from payproof.signing.fields import (
    MISSING,
    Pairs,
    carries_form,
    decode_component,
    find,
    scan_once,
    skip_space,
)
from payproof.signing.keys import Keys
from payproof.signing.recipe import Recipe
from payproof.signing.signer import sign
from payproof.signing.source import Taken, take


def received_signature(recipe: Recipe, message: Message) -> str | None:
    """Give the signature's text as received, or None when the message carries none that is text.

    Raises:
        UnreadableBody: when it stands in a body that cannot be read.
    """
    found = carried(recipe, take(recipe.source, message))
    return found if isinstance(found, str) else None


def carried(recipe: Recipe, taken: Taken) -> object:
    """Give what stands where the signature travels: a text, another JSON value, or MISSING."""
    if recipe.carry.where == "header":
        value = taken.message.header(recipe.carry.name)
        return MISSING if value is None else value
    return find(taken.fields, recipe.carry.name)


def sign_message(recipe: Recipe, message: Message, keys: Keys) -> Message:
    """Give the message with its signature attached; raises as `explain` does."""
    return attach(recipe, message, sign(recipe, message, keys))


def attach(recipe: Recipe, message: Message, signature: str) -> Message:
    """Put a signature's text where the recipe says it travels, every other byte left as it is.

    Raises:
        UsageError: when the message has no object or form in which it could travel.
    """
    if recipe.carry.where == "header":
        return message.with_header(recipe.carry.name, signature)
    place = recipe.source.place
    posted = bool(message.body) and message.method not in ("GET", "HEAD")
    if place == "query" or (place == "return-url" and not posted):
        before, mark, fragment = message.target.partition("#")
        path, _, rest = before.partition("?")
        query = with_parameter(rest, recipe.carry.name, signature)
        return replace(message, target=f"{path}?{query}{mark}{fragment}")
    if place == "form" or carries_form(message):
        body = with_parameter(message.body.decode("latin-1"), recipe.carry.name, signature)
        return replace(message, body=body.encode("latin-1"))
    return replace(
        message, body=with_member(message.body, recipe.source.pointer, recipe.carry.name, signature)
    )


def with_parameter(query: str, name: str, value: str) -> str:
    """Give a query or form text with that parameter replaced where it stands, or added at the end."""
    pieces = query.split("&") if query else []
    new = f"{quote(name, safe='')}={quote(value, safe='')}"
    at = [n for n, piece in enumerate(pieces) if decode_component(piece.partition("=")[0]) == name]
    if not at:
        return "&".join([*pieces, new])
    return "&".join(new if n == at[0] else piece for n, piece in enumerate(pieces) if n not in at[1:])


def with_member(body: bytes, pointer: str, name: str, value: str) -> bytes:
    """Give a JSON body with that member of the object at `pointer` replaced, or added as the last one.

    Raises:
        UsageError: when there is no object at the pointer.
    """
    try:
        text = body.decode()
        start, end, members = span_of(text, pointer)
        old = member_spans(text, start)[name] if any(key == name for key, _ in members) else None
    except (ValueError, KeyError, RecursionError, StopIteration):
        raise UsageError(
            f"there is no JSON object at {pointer or 'the top'} to carry the signature",
            where="the message's body",
            hint="give the whole body as it travels",
        ) from None
    written = json.dumps(value)
    if old:
        return (text[: old[0]] + written + text[old[1] :]).encode()
    close = end - 1
    inside = text[start + 1 : close].rstrip()
    gap = text[start + 1 + len(inside) : close]
    member = f"{json.dumps(name)}:{' ' if ': ' in inside else ''}{written}"
    lead = _lead(text, start) if inside else ""
    return (
        text[: start + 1] + inside + ("," if inside else "") + lead + member + gap + text[close:]
    ).encode()


def _lead(text: str, start: int) -> str:
    """Give the white space before an object's first member, so that a new one lines up with it."""
    first = skip_space(text, start + 1)
    return text[start + 1 : first] or (" " if ", " in text[start : start + 200] else "")


def span_of(text: str, pointer: str) -> tuple[int, int, Pairs]:
    """Give start and end of the object at a JSON pointer, and what it holds.

    Raises:
        ValueError, KeyError: when there is no object there.
    """
    start = skip_space(text)
    value, end = scan_once(text, start)
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if type(value) is not Pairs:
            raise ValueError("not an object")
        # A name that stands once is looked for up to its place; of one that stands twice the last counts.
        once = sum(key == name for key, _ in value) == 1
        start, end = member_spans(text, start, until=name if once else None)[name]
        value = find(value, name)
    if type(value) is not Pairs:
        raise ValueError("not an object")
    return start, end, value


def member_spans(text: str, start: int, *, until: str | None = None) -> dict[str, tuple[int, int]]:
    """Give start and end of each member's value of the object that starts there; the last one wins.

    Args:
        until: Stop after this member.
    """
    if text[start : start + 1] != "{":
        raise ValueError("not an object")
    spans: dict[str, tuple[int, int]] = {}
    at = skip_space(text, start + 1)
    while text[at : at + 1] != "}":
        name, at = scan_once(text, at)
        at = skip_space(text, skip_space(text, at) + 1)
        _, end = scan_once(text, at)
        spans[name] = (at, end)
        if name == until:
            break
        at = skip_space(text, end)
        if text[at : at + 1] == ",":
            at = skip_space(text, at + 1)
    return spans
