"""The text of a body (or of a field that holds Base64) and what it becomes when it is written again."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from payproof.signing.bodytext import Base64Form, BodyText, JsonStyle, body_bytes, write_json
from payproof.signing.diagnosis.body_styles import json_styles
from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option, Stage, attempt, same
from payproof.signing.diagnosis.printed_body import printed_body_options
from payproof.signing.fields import MISSING, Pairs, bytes_of_text, parse_json, text_of_bytes
from payproof.signing.recipe import Recipe
from payproof.signing.source import PartRef, Taken, part_text


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON text, and the Base64 text in which it was sent, when it was."""

    text: str
    encoded: str = ""


#: A member is parsed out of the body, so that it is always written again, by the language's own habit.
_MEMBER_STYLES = (
    JsonStyle(),
    JsonStyle("spaced", unicode="escaped"),
    JsonStyle("spaced"),
    JsonStyle(slashes="escaped", unicode="escaped"),
    JsonStyle(slashes="escaped", unicode="escaped", empty_object="[]"),
    JsonStyle(keys="js-integer-first", numbers="javascript"),
    JsonStyle(empty_object="[]"),
    JsonStyle(numbers="python"),
    JsonStyle("spaced", unicode="escaped", numbers="python"),
    JsonStyle("spaced", numbers="python"),
    JsonStyle(numbers="php-shortest", empty_object="[]"),
    JsonStyle(slashes="escaped", unicode="escaped", numbers="php-shortest", empty_object="[]"),
)


def member_stage(recipe: Recipe, ref: PartRef, taken: Taken) -> Stage:
    """Give the stage that takes the body (or the field) off the message."""

    def base(_: Any) -> Any:
        if ref.kind != "field":
            return Body(text_of_bytes(taken.message.body))
        text = part_text(ref, taken, BodyText())
        return None if text is MISSING or not isinstance(text, str) else Body(_decoded(text), text)

    def options(_: Any) -> Iterator[Option]:
        if ref.kind == "field":
            whole = Body(text_of_bytes(taken.message.body))
            advice = f"sign only the {ref}"
            says = f"the whole body in place of the {ref}"
            yield Option("source", "envelope", says, lambda _: whole, COMMON, "", advice)
        else:
            yield from _members(taken)

    return Stage("source", base, options)


def _decoded(text: str) -> str:
    try:
        return text_of_bytes(base64.b64decode(text.encode("ascii"), validate=True))
    except (ValueError, binascii.Error):
        return text


def _members(taken: Taken) -> Iterator[Option]:
    document = attempt(parse_json, taken.message.body)
    if type(document) is not Pairs:
        return
    for name, value in document[:32]:
        texts = [value] if type(value) is str else [write_json(value, style) for style in _MEMBER_STYLES]
        for inner in dict.fromkeys(texts):

            def run(_: Any, inner: str = inner) -> Body:
                return Body(inner)

            says = f"only the member {name!r} of the body"
            yield Option("source", "wrong-pointer", says, run, COMMON, "", "sign the whole body")


def body_text_stage(recipe: Recipe, ref: PartRef) -> Stage:
    """Give the stage body -> the text of it that is signed."""
    own = recipe.body_text
    field = ref.kind == "field"

    def in_form(form: BodyText) -> Callable[[Body], Any]:
        return lambda body: text_of_bytes(body_bytes(bytes_of_text(body.text), form))

    def base(body: Body) -> Any:
        return body.encoded or in_form(replace(own, style=own.style if not field else None))(body)

    advice = "sign the bytes of the body as they came, not a text made of the parsed body"
    if field or own.base64 != "none":
        advice = "sign the Base64 text as it is sent"

    def as_text(text: str) -> str:
        return text_of_bytes(body_bytes(bytes_of_text(text), BodyText(None, own.base64)))

    printed = [] if field else printed_body_options(lambda body: body.text, as_text, advice)

    def options(body: Body) -> Iterator[Option]:
        yield from printed
        encoding: Base64Form = "plain" if body.encoded else own.base64
        for choice, says, form, rank, habit in _forms(own, encoding):
            yield Option("body-text", choice, says, in_form(form), rank, habit, advice)
        if body.encoded:
            again = lambda body: base64.b64encode(bytes_of_text(body.encoded)).decode()  # noqa: E731
            yield Option(
                "body-text", "base64-of-body", "the Base64 encoded once more", again, COMMON, "", advice
            )

    return Stage("body-text", base, options)


_ENCODINGS: tuple[tuple[Base64Form, str], ...] = (
    ("plain", "in Base64"),
    ("lines", "in Base64 broken into lines of 76"),
    ("lines-stripped", "in Base64 lines of 76, without the last line end"),
    ("crlf-lines", "in Base64 lines of 76 that end in CR LF"),
    ("mime", "in Base64 lines of 76 with CR LF between them"),
    ("url", "in URL-safe Base64"),
    ("url-unpadded", "in URL-safe Base64 without padding"),
)


def _forms(own: BodyText, encoding: Base64Form) -> Iterator[tuple[str, str, BodyText, int, str]]:
    what = "the JSON inside the Base64" if encoding != "none" else "the body"
    if own.style is not None:
        yield "raw-body", f"{what} as it came", BodyText(None, encoding), COMMON, ""
    for name, says, style, rank, habit in json_styles():
        if style != own.style:
            yield name, f"{what} {says}", BodyText(style, encoding), rank, habit
    for form, says in _ENCODINGS:
        if form != encoding:
            rank = COMMON if form in ("plain", "lines", "mime", "url", "url-unpadded") else PLAUSIBLE
            yield f"base64-{form}", f"the body {says}", BodyText(own.style, form), rank, ""
    if encoding != "none":
        yield (
            "json-instead-of-base64",
            "the JSON text in place of its Base64",
            BodyText(own.style),
            COMMON,
            "",
        )


def body_edit_stage() -> Stage:
    """Give the stage that edits the body's text before it is joined with other parts."""
    advice = "sign the body's bytes as they came"
    table = [
        Option(
            "text-edits",
            "trim-body",
            "the body without white space at its ends",
            str.strip,
            COMMON,
            "",
            advice,
        ),
        Option(
            "text-edits",
            "crlf-to-lf",
            "the body's CR LF turned into LF",
            lambda text: text.replace("\r\n", "\n"),
            COMMON,
            "text-mode reading",
            advice,
        ),
    ]
    return Stage("body-edits", same, lambda text: table)
