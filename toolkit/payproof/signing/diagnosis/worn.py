"""What may befall a signature's text between its writing and its arrival, each undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import Recipe

LONGEST = 4096
"""Sixteen signatures of the longest form, percent-encoded; what is longer is read as it stands."""
MOST_WORN = 2


@dataclass(frozen=True, slots=True)
class Worn:
    """A text, and what was done to it before it became the one received.

    Args:
        text: The text with all that undone.
        choices, says, changes: Names of what was done, in words, and what to do instead.
        habit: What does the last of it by itself.
    """

    text: str
    choices: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    habit: str = ""

    def undone(self, text: str, choice: str, says: str, change: str, habit: str = "") -> Worn:
        """Give the text with one more thing undone."""
        return replace(
            self,
            text=text,
            choices=(*self.choices, choice),
            says=(*self.says, says),
            changes=(*self.changes, change),
            habit=habit or self.habit,
        )


def worn_texts(recipe: Recipe, received: str) -> Iterator[Worn]:
    """Give the received text as it stands, and with up to two things undone that may have befallen it."""
    rows = [Worn(received)]
    for row in rows:
        yield row
        if len(received) <= LONGEST and len(row.choices) < MOST_WORN:
            known = {one.text for one in rows}
            rows += [one for one in _undone(recipe, row) if one.text not in known]


def as_written(recipe: Recipe) -> str:
    """Say how the scheme's signature is written."""
    prefix = f"{recipe.prefix!r} and then " if recipe.prefix else ""
    return f"write {prefix}{OUTPUTS[recipe.rounds[-1].text].says}, nothing more"


def _undone(recipe: Recipe, worn: Worn) -> Iterator[Worn]:
    text = worn.text
    if re.search("%[0-9A-Fa-f]{2}", text):
        change = "send it as it is; only the form or query it travels in percent-encodes it, once"
        yield worn.undone(unquote(text), "percent-encoded", "its text percent-encoded", change)
    lines = _LINE_BREAK.split(text.rstrip("\r\n"))
    if len(lines) > 1:
        says = "line breaks inside its text"
        yield worn.undone("".join(lines), "line-wrapped", says, "write it in one line", _WRAPPERS)
    if " " in text:
        says, change = (
            "each '+' of its text turned into a space",
            "send each '+' of it as %2B in form text, and form-decode nothing else",
        )
        yield worn.undone(text.replace(" ", "+"), "plus-to-space", says, change, "form decoding")
    yield from _wrapped(recipe, worn)
    yield from _twice(recipe, worn)


_LINE_BREAK = re.compile(r"\r?\n[ \t]*")
_WRAPPERS = "base64.encodebytes, GNU base64 and xxd -p"


def _wrapped(recipe: Recipe, worn: Worn) -> Iterator[Worn]:
    text, change = worn.text, as_written(recipe)
    stripped = text.strip().strip("\"'")
    if stripped != text:
        yield worn.undone(stripped, "wrapped", "white space or quotes around the signature", change)
    if spaced_prefix(recipe, text):
        closed = recipe.prefix + text[len(recipe.prefix) :].lstrip()
        says = f"white space after the prefix {recipe.prefix!r}"
        yield worn.undone(closed, "space-after-prefix", says, change)


def spaced_prefix(recipe: Recipe, text: str) -> bool:
    """Say whether white space stands between the prefix and the digest, so that no list begins there."""
    return bool(recipe.prefix) and text.startswith(recipe.prefix) and text[len(recipe.prefix) :][:1].isspace()


def _twice(recipe: Recipe, worn: Worn) -> Iterator[Worn]:
    text = worn.text
    for mark in (", ", ",", "; ", ";", " ", ""):
        # Where the scheme allows a list, the same one twice in it is no mistake.
        half, odd = divmod(len(text) - len(mark), 2)
        if odd or half < 1 or mark == (recipe.accept.separator or None):
            continue
        if text[half : half + len(mark)] == mark and text[:half] == text[half + len(mark) :]:
            yield worn.undone(text[:half], "sent-twice", "its text written twice", "send it once")
