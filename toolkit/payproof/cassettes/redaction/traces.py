"""A value in every encoding in which it could stand in a file, for proving that it stands in none."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

#: A shorter text occurs by chance, its encodings' short ones in particular.
SHORTEST = 6


def encodings(value: str) -> Iterator[bytes]:
    """Give the value as text, percent-encoded, JSON- and HTML-escaped, in hex and Base64, and reversed.

    Base64 comes in the three alignments that a value has within a longer text, without the letters that
    depend on its neighbours, in both alphabets.
    """
    raw = value.encode("utf-8", "surrogatepass")
    texts = {value, value[::-1], value.lower(), value.upper(), html.escape(value), json.dumps(value)[1:-1]}
    texts |= {json.dumps(value, ensure_ascii=False)[1:-1], json.dumps(value)[1:-1].replace("/", "\\/")}
    quoted = {quote(raw, safe=""), quote(raw), quote_plus(raw), "".join(f"%{byte:02X}" for byte in raw)}
    texts |= quoted | {_lower_escapes(one) for one in quoted}
    texts |= {raw.hex(), raw.hex().upper(), raw.hex(" "), raw.hex(":")}
    yield from (text.encode("utf-8", "surrogatepass") for text in texts)
    for lead in range(3):
        inner = base64.b64encode(bytes(lead) + raw)
        # The first letters also hold what stood before, the last ones what comes after.
        start, end = (0, 2, 3)[lead], len(raw + bytes(lead)) * 8 // 6
        piece = inner[start:end]
        yield from {piece, piece.translate(bytes.maketrans(b"+/", b"-_"))}


def _lower_escapes(text: str) -> str:
    pieces = text.split("%")
    return "%".join([pieces[0], *(piece[:2].lower() + piece[2:] for piece in pieces[1:])])


class Traces:
    """Values that are looked for in every encoding, as many as there are in one pass over the data.

    Every encoded form is filed under its first letters, so a look costs as much as the data is long.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._filed: dict[bytes, list[tuple[bytes, str]]] = {}
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        """Look for a value from now on, if it has `SHORTEST` letters or more."""
        for form in set(encodings(value)) if len(value) >= SHORTEST else ():
            if len(form) >= SHORTEST:
                self._filed.setdefault(form[:SHORTEST], []).append((form, value))

    def discard(self, value: str) -> None:
        """Look for a value no longer."""
        for form in set(encodings(value)):
            kept = [row for row in self._filed.get(form[:SHORTEST], ()) if row[1] != value]
            if kept:
                self._filed[form[:SHORTEST]] = kept
            else:
                self._filed.pop(form[:SHORTEST], None)

    def found(self, data: bytes) -> list[str]:
        """Give the values that stand in the data, each once."""
        # Line breaks and their escapes are how long texts are folded, not part of what is hidden in them.
        folded = data.replace(b"\n", b"").replace(b"\\n", b"").replace(b"\\/", b"/")
        seen: dict[str, None] = {}
        for text in (data, folded) if folded != data else (data,):
            for at in range(len(text) - SHORTEST + 1):
                for form, value in self._filed.get(text[at : at + SHORTEST], ()):
                    if text.startswith(form, at):
                        seen[value] = None
        return list(seen)


def shown(data: bytes, values: Iterable[str]) -> list[str]:
    """Give those values of `SHORTEST` letters or more that stand in the data in any encoding, in order."""
    looked_for = list(values)
    found = set(Traces(looked_for).found(data))
    return [value for value in looked_for if value in found]
