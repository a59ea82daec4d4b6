"""Small changes to values, to the canonical string or to the body that slip in before hashing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from payproof.signing.choices import Choice, Table


@dataclass(frozen=True, slots=True)
class Edit:
    """A change, and what it works on: each `value`, or the finished canonical `text`."""

    level: Literal["value", "text"]
    change: Callable[[str], str]


def _cut(count: int) -> Edit:
    return Edit("text", lambda text: text[:-count])


EDITS = Table(
    "edits",
    Choice(
        "trim-values",
        Edit("value", str.strip),
        "each value stripped of white space at its ends",
        "Laravel's TrimStrings",
    ),
    Choice("trim-text", Edit("text", str.strip), "the text stripped of white space at its ends"),
    Choice(
        "cut-last-1",
        _cut(1),
        "the last character of the text cut off",
        "a trailing separator removed once too often",
    ),
    Choice("cut-last-2", _cut(2), "the last two characters of the text cut off"),
    Choice("cut-last-3", _cut(3), "the last three characters of the text cut off"),
    Choice(
        "trailing-newline",
        Edit("text", lambda text: text + "\n"),
        "a newline added at the end",
        "echo and base64.encodestring",
    ),
    Choice("trailing-crlf", Edit("text", lambda text: text + "\r\n"), "a CR LF added at the end"),
    Choice("leading-newline", Edit("text", lambda text: "\n" + text), "a newline added at the start"),
    Choice("trailing-space", Edit("text", lambda text: text + " "), "a space added at the end"),
    Choice(
        "trailing-nul", Edit("text", lambda text: text + "\0"), "a NUL byte added at the end", "C strings"
    ),
    Choice(
        "crlf-to-lf",
        Edit("text", lambda text: text.replace("\r\n", "\n")),
        "CR LF turned into LF",
        "text-mode reading",
    ),
    Choice(
        "lf-to-crlf", Edit("text", lambda text: re.sub(r"(?<!\r)\n", "\r\n", text)), "LF turned into CR LF"
    ),
    Choice("newlines-dropped", Edit("text", lambda text: re.sub(r"[\r\n]", "", text)), "line breaks removed"),
    Choice("spaces-dropped", Edit("text", lambda text: "".join(text.split())), "all white space removed"),
    Choice("lower-case", Edit("text", str.lower), "the text turned to lower case"),
    Choice("upper-case", Edit("text", str.upper), "the text turned to upper case"),
    Choice("lower-values", Edit("value", str.lower), "each value turned to lower case"),
    Choice("upper-values", Edit("value", str.upper), "each value turned to upper case"),
    Choice(
        "quoted-values",
        Edit("value", lambda text: f'"{text}"'),
        "each value in double quotes",
        "JSON.stringify of each value",
    ),
    Choice("nfc", Edit("text", lambda text: unicodedata.normalize("NFC", text)), "the text in Unicode NFC"),
    Choice(
        "nfd",
        Edit("text", lambda text: unicodedata.normalize("NFD", text)),
        "the text in Unicode NFD",
        "macOS file APIs",
    ),
    Choice(
        "nfkc", Edit("text", lambda text: unicodedata.normalize("NFKC", text)), "the text in Unicode NFKC"
    ),
)
