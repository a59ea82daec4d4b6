"""A body that is put into a text without being written as JSON: what each language then makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from payproof.signing.diagnosis.early_escapes import QUOTING
from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option, latest
from payproof.signing.fields import Pairs, bytes_of_text, parse_json
from payproof.signing.nesting import BEYOND
from payproof.signing.scalars import SCALARS

_PRINTED = (
    ("object-object", "the parsed body printed as JavaScript prints objects", "`${req.body}` in JavaScript"),
    ("php-array", "the parsed body printed as PHP prints arrays", '"$body" in PHP'),
    ("python-repr", "the parsed body printed as Python prints it", "an f-string of a dict in Python"),
    ("java-string", "the parsed body printed as Java's maps print themselves", "Java's toString"),
    ("go-print", "the parsed body printed as Go prints maps", "Go's fmt"),
)
_INSTEAD = (
    ("undefined", "undefined", "the word undefined in place of the body", "a request without a body parser"),
    ("empty-object", "{}", "{} in place of the body", "JSON.stringify of a body that was not read"),
    ("null", "null", "the word null in place of the body", "a body that was not read or is no JSON"),
    ("none", "None", "the word None in place of the body", "a body that was not read, in Python"),
    ("nothing", "", "an empty text in place of the body", "a stream that was read before"),
)


Row = tuple[str, str, Callable[[str], str | None], int, str]


def printed_body_options(
    text_of: Callable[[Any], str], written: Callable[[str], str], change: str
) -> list[Option]:
    """Give what stands in the signed text where the body's own text should.

    Args:
        text_of: Takes the body's text off the stage's value.
        written: Does with such a text what the recipe does with the body's.
        change: What the signer should do instead.
    """

    def option(choice: str, says: str, run: Callable[[str], str | None], rank: int, habit: str) -> Option:
        def instead(value: Any) -> str | None:
            text = run(text_of(value))
            return None if text is None else written(text)

        return Option("body-text", choice, says, instead, rank, habit, change)

    return [option(*row) for row in (*_printed(), *_bytes(), *_quoted(), *_instead())]


def _printed() -> Iterator[Row]:
    # All five read the same body; it is parsed once.
    parsed = latest(lambda text: parse_json(bytes_of_text(text)))
    for choice, says, habit in _PRINTED:

        def run(text: str, beyond: str = choice) -> str | None:
            value = parsed(text)
            if type(value) not in (Pairs, list):
                return None  # A text or a number prints itself.
            return BEYOND[beyond].run(value, SCALARS["as-sent"].run)

        yield choice, says, run, COMMON, habit


def _bytes() -> Iterator[Row]:
    yield (
        "python-bytes",
        "the body's bytes printed as Python prints bytes",
        lambda text: repr(bytes_of_text(text)),
        COMMON,
        "an f-string or str() of bytes in Python",
    )
    yield (
        "node-buffer",
        "the body's bytes as JSON.stringify writes a Buffer",
        lambda text: json.dumps({"type": "Buffer", "data": list(bytes_of_text(text))}, separators=(",", ":")),
        PLAUSIBLE,
        "JSON.stringify after express.raw",
    )


def _quoted() -> Iterator[Row]:
    for choice, says, write in QUOTING:
        words = says.replace("each text value", "the body's text")
        yield choice, words, write, PLAUSIBLE, "a text that was written as JSON once more"


def _instead() -> Iterator[Row]:
    for choice, word, says, habit in _INSTEAD:
        yield choice, says, _always(word), COMMON, habit


def _always(word: str) -> Callable[[str], str]:
    return lambda text: word
