"""The received signature, decoded once in every way, so that output forms cost the search nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from payproof.signing.diagnosis.readings import Reading, read_all
from payproof.signing.digests import SIZES, digest_size
from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import Recipe


@dataclass(slots=True)
class Target:
    """All readings, ready for look-up by digest."""

    text: str
    readings: list[Reading]
    exact: dict[bytes, Reading] = field(default_factory=dict)
    prefixes: dict[int, dict[bytes, Reading]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for reading in reversed(self.readings):
            if reading.cut:
                self.prefixes.setdefault(len(reading.digest), {})[reading.digest] = reading
            else:
                self.exact[reading.digest] = reading

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
        if found is None:
            for length, table in self.prefixes.items():
                start = table.get(digest[:length])
                if start is not None and start.begins(digest):
                    return start
        return found


def read_target(recipe: Recipe, received: str) -> Target:
    """Read a received signature in every form, the scheme's own first."""
    readings: list[Reading] = []
    seen: set[tuple[bytes, str]] = set()
    for reading in read_all(recipe, received):
        key = (reading.digest, reading.cut)
        if key not in seen:
            seen.add(key)
            readings.append(reading)
    return Target(received, readings)


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
