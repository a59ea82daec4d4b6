"""The received signature, decoded once in every way, so that output forms cost the search nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from payproof.signing.digests import SIZES, digest_size
from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import Recipe

SHORTEST_BITS = 60
"""A shorter remnant proves nothing: log2 of the hypotheses tried (about 20) and 40 bits of safety."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the received text as a digest.

    Args:
        digest: The bytes read.
        choice: The departure from the scheme's output that this reading takes; empty for the right one.
        says: That departure in words.
        whole: False when the text holds only the digest's first bytes.
    """

    digest: bytes
    choice: str = ""
    says: str = ""
    whole: bool = True


@dataclass(slots=True)
class Target:
    """All readings, ready for look-up by digest."""

    text: str
    readings: list[Reading]
    exact: dict[bytes, Reading] = field(default_factory=dict)
    prefixes: dict[int, dict[bytes, Reading]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for reading in reversed(self.readings):
            if reading.whole:
                self.exact[reading.digest] = reading
            else:
                self.prefixes.setdefault(len(reading.digest), {})[reading.digest] = reading

    @property
    def sizes(self) -> frozenset[int]:
        """Digest sizes in bytes that could match."""
        sizes = {len(digest) for digest in self.exact}
        for length in self.prefixes:
            sizes.update(size for size in set(SIZES.values()) if size > length)
        return frozenset(sizes)

    def match(self, digest: bytes) -> Reading | None:
        """Give the reading that a digest reproduces, if any."""
        found = self.exact.get(digest)
        if found is None and self.prefixes:
            for length, table in self.prefixes.items():
                found = table.get(digest[:length])
                if found is not None and length < len(digest):
                    return found
            return None
        return found


def read_target(recipe: Recipe, received: str) -> Target:
    """Read a received signature in every form, the scheme's own first."""
    readings: list[Reading] = []
    seen: set[tuple[bytes, bool]] = set()
    for reading in _readings(recipe, received):
        key = (reading.digest, reading.whole)
        if key not in seen:
            seen.add(key)
            readings.append(reading)
    return Target(received, readings)


def _readings(recipe: Recipe, received: str) -> Iterator[Reading]:
    pieces = received.split(recipe.accept.separator) if recipe.accept.separator else [received]
    for piece in pieces[: recipe.accept.max_signatures]:
        for text, choice, says in _bodies(recipe, piece):
            yield from _decoded(recipe, text, choice, says)


def _bodies(recipe: Recipe, piece: str) -> Iterator[tuple[str, str, str]]:
    prefix = recipe.prefix
    if not prefix or piece.startswith(prefix):
        yield piece[len(prefix) :], "", ""
    if prefix and not piece.startswith(prefix):
        equals = prefix.rstrip(",") + "="
        if piece.startswith(equals):
            yield piece[len(equals) :], "prefix-equals", f"the prefix {equals!r} in place of {prefix!r}"
        yield piece, "prefix-missing", f"no prefix {prefix!r}"
    for mark in ("sha512=", "sha256=", "sha1=", "hmac=", "v0,", "v1,", "v1="):
        if piece.lower().startswith(mark) and mark != prefix:
            yield piece[len(mark) :], "foreign-prefix", f"the prefix {mark!r} before the digest"
    stripped = piece.strip().strip("\"'")
    if stripped != piece:
        yield stripped.removeprefix(prefix), "wrapped", "white space or quotes around the signature"


def _decoded(recipe: Recipe, text: str, choice: str, says: str) -> Iterator[Reading]:
    own = recipe.rounds[-1].text
    same_case = recipe.accept.case == "insensitive"
    for name in (own, *(name for name in OUTPUTS if name != own)):
        digest = OUTPUTS[name].run.decode(text)
        if not digest or len(digest) < 8:
            continue
        wrong = name != own and not (same_case and {name, own} <= {"hex-lower", "hex-upper"})
        words = f"{OUTPUTS[name].says} in place of {OUTPUTS[own].says}"
        label = "+".join(part for part in (choice, name if wrong else "") if part)
        yield Reading(digest, label, "; ".join(part for part in (says, words if wrong else "") if part))
        if name in ("hex-lower", "hex-upper"):
            yield from _hex_again(digest, choice, says)
    yield from _damaged(recipe, text, choice, says)


def _hex_again(digest: bytes, choice: str, says: str) -> Iterator[Reading]:
    text = digest.decode("latin-1")
    if len(text) >= 32 and re.fullmatch(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+", text):
        label = "+".join(part for part in (choice, "hex-of-hex") if part)
        yield Reading(bytes.fromhex(text), label, "the digest's hex text encoded in hex once more")


def _damaged(recipe: Recipe, text: str, choice: str, says: str) -> Iterator[Reading]:
    if not re.fullmatch(r"[0-9a-fA-F]+", text):
        yield from _cut_base64(text, choice)
        return
    full = 2 * digest_size(recipe.rounds[-1].digest)
    for size in sorted({full, *(2 * size for size in SIZES.values())}):
        if size - 6 <= len(text) < size:
            label = "+".join(part for part in (choice, "leading-zeros-lost") if part)
            digest = bytes.fromhex(text.rjust(size, "0"))
            yield Reading(digest, label, "leading zeros of the hex text lost", whole=True)
    if len(text) * 4 >= SHORTEST_BITS and len(text) < full:
        label = "+".join(part for part in (choice, "truncated") if part)
        yield Reading(
            bytes.fromhex(text[: len(text) // 2 * 2]), label, "only the start of the digest", whole=False
        )


def _cut_base64(text: str, choice: str) -> Iterator[Reading]:
    whole = re.match(r"[A-Za-z0-9+/]*", text)
    kept = whole[0][: len(whole[0]) // 4 * 4] if whole else ""
    if any(len(row.run.decode(text) or b"") in _BY_SIZE for row in OUTPUTS.values()):
        return  # Nothing is cut off.
    digest = OUTPUTS["base64"].run.decode(kept) if len(kept) * 6 >= SHORTEST_BITS else None
    if digest and len(digest) not in SIZES.values():
        label = "+".join(part for part in (choice, "truncated") if part)
        yield Reading(digest, label, "only the start of the digest", whole=False)


def shape(recipe: Recipe, received: str) -> list[str]:
    """Say what the received text alone proves, without any key."""
    facts: list[str] = []
    text = received.removeprefix(recipe.prefix)
    want = digest_size(recipe.rounds[-1].digest)
    if recipe.prefix and not received.startswith(recipe.prefix):
        facts.append(f"it does not begin with {recipe.prefix!r}")
    if not text.isascii():
        facts.append("it holds characters that are not ASCII, so it is neither hex nor Base64")
    if re.fullmatch(r"[0-9a-fA-F]+", text):
        facts.extend(_hex_facts(text, want))
    elif OUTPUTS["base64"].run.decode(text) is not None:
        facts.append(_size_fact("Base64", len(OUTPUTS["base64"].run.decode(text) or b""), want))
    elif text:
        facts.append("it is neither hex nor Base64")
    if text != text.strip():
        facts.append("it has white space at an end")
    return facts


_BY_SIZE: Mapping[int, str] = {
    64: "SHA-512",
    48: "SHA-384",
    32: "SHA-256",
    28: "SHA-224",
    20: "SHA-1",
    16: "MD5",
}


def _hex_facts(text: str, want: int) -> Iterator[str]:
    if text != text.lower() and text != text.upper():
        yield "its hex digits are of mixed case, which no encoder writes"
    if len(text) % 2:
        yield f"it has {len(text)} hex digits, an odd number: some were lost"
    elif len(text) // 2 in _BY_SIZE:
        yield _size_fact("hex", len(text) // 2, want)
    else:
        yield f"it has {len(text)} hex digits, no hash's length: truncated, or something added"


def _size_fact(form: str, size: int, want: int) -> str:
    made = _BY_SIZE.get(size)
    if made is None:
        return f"it is {form} of {size} bytes, no hash's length (the scheme's has {want})"
    if size == want:
        return f"it is {form} of {size} bytes, the right length for {made}"
    return f"it is {form} of {size} bytes, the length of {made}; the scheme's digest has {want}"
