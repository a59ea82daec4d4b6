"""Every way to read a received text as a digest, each accounting for the text to its last character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from payproof.signing.diagnosis.worn import Worn, as_written, spaced_prefix, worn_texts
from payproof.signing.digests import SIZES, digest_size
from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import Recipe

SHORTEST_BITS = 60
"""A shorter remnant proves nothing: log2 of the hypotheses tried (about 20) and 40 bits of safety."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the received text as a digest.

    Args:
        digest: The bytes read; of a text that was cut, those which it holds whole.
        choice: The departure from the scheme's output that this reading takes; empty for the right one.
        says: That departure in words.
        change: What to write instead.
        habit: What does so by itself.
        form: The output form that was read.
        cut: The text, when digits of it are missing, at its end or all along.
    """

    digest: bytes
    choice: str = ""
    says: str = ""
    change: str = ""
    habit: str = ""
    form: str = ""
    cut: str = ""

    @property
    def bits(self) -> int:
        """How many bits of a digest the text holds."""
        if not self.cut:
            return 8 * len(self.digest)
        return len(self.cut.rstrip("=")) * (4 if self.form.startswith("hex") else 6)

    def begins(self, digest: bytes) -> bool:
        """Say whether the cut text is, with every character of it, the start of that digest's."""
        written = OUTPUTS[self.form].run.encode(digest)
        # Where digits are lost all along, nothing is cut off at the end.
        return written == self.cut if self.form in _UNPADDED.values() else written.startswith(self.cut)


def read_all(recipe: Recipe, received: str) -> Iterator[Reading]:
    """Read a received signature in every form, the scheme's own first."""
    for worn in worn_texts(recipe, received):
        mark = recipe.accept.separator
        listed = bool(mark) and not spaced_prefix(recipe, worn.text)
        pieces = [piece for piece in worn.text.split(mark) if piece] if listed else [worn.text]
        for piece in pieces[: recipe.accept.max_signatures]:
            for body in _bodies(recipe, replace(worn, text=piece)):
                yield from _decoded(recipe, body)
                # Of one piece of many it is not known that it was cut: the others would be left over.
                yield from _damaged(recipe, body) if len(pieces) == 1 else ()


def _bodies(recipe: Recipe, worn: Worn) -> Iterator[Worn]:
    prefix, piece, change = recipe.prefix, worn.text, as_written(recipe)
    if piece.startswith(prefix):
        yield replace(worn, text=piece[len(prefix) :])
    else:
        equals = prefix.rstrip(",") + "="
        if piece.startswith(equals):
            says = f"the prefix {equals!r} in place of {prefix!r}"
            yield worn.undone(piece[len(equals) :], "prefix-equals", says, change)
        yield worn.undone(piece, "prefix-missing", f"no prefix {prefix!r}", change)
    for mark in ("sha512=", "sha256=", "sha1=", "hmac=", "v0,", "v1,", "v1="):
        if piece.lower().startswith(mark) and mark != prefix:
            says = f"the prefix {mark!r} before the digest"
            yield worn.undone(piece[len(mark) :], "foreign-prefix", says, change)


def _decoded(recipe: Recipe, worn: Worn) -> Iterator[Reading]:
    own = recipe.rounds[-1].text
    for name in (own, *(name for name in OUTPUTS if name != own)):
        digest = OUTPUTS[name].run.decode(worn.text)
        if not digest or len(digest) < 8 or not _exact(recipe, name, digest, worn.text):
            continue
        yield _made(_in_form(recipe, worn, name), name, digest)
        if name in ("hex-lower", "hex-upper"):
            yield from _hex_again(recipe, worn, digest)


def _exact(recipe: Recipe, name: str, digest: bytes, text: str) -> bool:
    """Say whether that form writes this very text: Base64 with stray bits decodes, but nobody wrote it."""
    lax = name == recipe.rounds[-1].text and not recipe.accept.canonical_base64
    return lax or OUTPUTS[name].run.encode(digest) == text


def _in_form(recipe: Recipe, worn: Worn, form: str) -> Worn:
    """Add that the form is not the scheme's, where it is not."""
    own = recipe.rounds[-1].text
    same_case = recipe.accept.case == "insensitive" and {form, own} <= {"hex-lower", "hex-upper"}
    if form == own or same_case:
        return worn
    says = f"{OUTPUTS[form].says} in place of {OUTPUTS[own].says}"
    return worn.undone(worn.text, form, says, as_written(recipe))


def _made(worn: Worn, form: str, digest: bytes, cut: str = "") -> Reading:
    change = "; ".join(dict.fromkeys(worn.changes))
    return Reading(digest, "+".join(worn.choices), "; ".join(worn.says), change, worn.habit, form, cut)


def _hex_again(recipe: Recipe, worn: Worn, digest: bytes) -> Iterator[Reading]:
    text = digest.decode("latin-1")
    if len(text) >= 32 and re.fullmatch(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+", text):
        says = "the digest's hex text encoded in hex once more"
        again = worn.undone(text, "hex-of-hex", says, as_written(recipe))
        yield _made(again, "hex-lower", bytes.fromhex(text))


def _damaged(recipe: Recipe, worn: Worn) -> Iterator[Reading]:
    form = _form_of(recipe, worn.text)
    if form.startswith("hex"):
        yield from _zeros_lost(recipe, worn, form)
        yield from _unpadded(recipe, worn, form)
    if form and not (worn.text.endswith("=") and _whole_hash(worn.text)):
        yield from _cut(recipe, worn, form)


def _whole_hash(text: str) -> bool:
    return any(len(row.run.decode(text) or b"") in SIZES.values() for row in OUTPUTS.values())


def _form_of(recipe: Recipe, text: str) -> str:
    """Give the form whose letters a text has; where several fit, the scheme's own."""
    own = recipe.rounds[-1].text
    fitting = [name for name, letters in _LETTERS.items() if letters.fullmatch(text)]
    if fitting and fitting[0].startswith("hex"):
        fitting = [name for name in fitting if name.startswith("hex")]
    elif re.fullmatch("[0-9A-Fa-f]+", text):
        return ""  # Hex digits of mixed case, which no encoder writes.
    return own if own in fitting else next(iter(fitting), "")


_LETTERS = {
    "hex-lower": re.compile("[0-9a-f]+"),
    "hex-upper": re.compile("[0-9A-F]+"),
    "base64": re.compile("[A-Za-z0-9+/]+=?"),
    "base64url": re.compile("[A-Za-z0-9_-]+=?"),
}


def _zeros_lost(recipe: Recipe, worn: Worn, form: str) -> Iterator[Reading]:
    change = "write each byte as two hex digits, leading zeros too"
    lost = _in_form(recipe, worn, form).undone(
        worn.text, "leading-zeros-lost", "leading zeros of the hex text lost", change
    )
    for size in sorted({2 * size for size in SIZES.values()}):
        if size - 6 <= len(worn.text) < size:
            yield _made(lost, form, bytes.fromhex(worn.text.rjust(size, "0")))


_UNPADDED = {"hex-lower": "hex-unpadded", "hex-upper": "hex-unpadded-upper"}
_MOST_UNPADDED, _SURE_BYTES = 12, 4


def _unpadded(recipe: Recipe, worn: Worn, form: str) -> Iterator[Reading]:
    """Give the readings of a text in which bytes below 16 have one digit, one for each start it may have."""
    lost = {2 * size - len(worn.text) for size in SIZES.values()}
    if not lost & set(range(1, _MOST_UNPADDED + 1)):
        return
    change = "write each byte as two hex digits, leading zeros too"
    says, habit = "the zero lost of each byte below 16 in hex", OUTPUTS[_UNPADDED[form]].habit
    lossy = _in_form(recipe, worn, form).undone(worn.text, "inner-zeros-lost", says, change, habit)
    for start in _starts(worn.text, _SURE_BYTES):
        yield _made(lossy, _UNPADDED[form], start, worn.text)


def _starts(text: str, count: int) -> Iterator[bytes]:
    """Give the bytes with which a digest may begin whose text has one or two digits a byte."""
    if not count or not text:
        yield b""
        return
    # A byte that has two digits does not begin with a zero.
    for digits in (1, 2) if text[0] != "0" and len(text) > 1 else (1,):
        for rest in _starts(text[digits:], count - 1):
            yield bytes([int(text[:digits], 16)]) + rest


def _cut(recipe: Recipe, worn: Worn, form: str) -> Iterator[Reading]:
    """Give the reading of a text that is only the start of the scheme's digest, long enough to prove it."""
    text, own = worn.text, recipe.rounds[-1]
    size, in_hex = digest_size(own.digest), form.startswith("hex")
    if len(text) * (4 if in_hex else 6) < SHORTEST_BITS or len(text) >= _length(form, size):
        return
    # What the last letters hold of a byte is compared when a digest begins so.
    held = text[: len(text) // 2 * 2] if in_hex else text[: len(text) // 4 * 4].rstrip("=")
    digest = OUTPUTS[form if in_hex else f"{form}-unpadded"].run.decode(held) or b""
    unit = "hex digits" if own.text.startswith("hex-") else "characters"
    change = f"send all {_length(own.text, size)} {unit} of it; here are {len(text)}"
    cut = _in_form(recipe, worn, form).undone(text, "truncated", "only the start of the digest", change)
    yield _made(cut, form, digest, text)


def _length(form: str, size: int) -> int:
    return len(OUTPUTS[form].run.encode(bytes(size)))
