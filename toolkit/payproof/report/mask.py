"""Keys out of texts: the text of a key, of a part of one, and of one that was encoded or changed in case."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from urllib.parse import quote

from payproof.signing.fields import bytes_of_text
from payproof.signing.keys import Keys

PIECE = 8
"""Letters in a row that a text must share with a key to be masked; fewer give nothing away."""
_SHORT = 12

Mask = Callable[[str], str]


def mask_for(keys: Keys) -> Mask:
    """Give what replaces a key's text by its role; texts stay as they are where all keys are test keys."""
    if keys.test:
        return lambda text: text
    whole, pieces = _tables(keys)

    def mask(text: str) -> str:
        for secret, name in whole:
            text = text.replace(secret, name)
        return _without_pieces(text, pieces) if pieces else text

    return mask


def _tables(keys: Keys) -> tuple[list[tuple[str, str]], dict[str, str]]:
    whole: list[tuple[str, str]] = []
    pieces: dict[str, str] = {}
    for role, row in keys.items():
        for key in row:
            text = str.__str__(key.text)
            if len(text) >= 4:
                whole.append((text, f"<{role}>"))
            for form in _forms(text) if len(text) >= _SHORT else ():
                for at in range(len(form) - PIECE + 1):
                    pieces.setdefault(form[at : at + PIECE], role)
    return sorted(whole, key=lambda row: -len(row[0])), pieces


def _forms(text: str) -> Iterator[str]:
    raw = bytes_of_text(text)
    yield from (text, text.lower(), text.upper(), quote(text, safe=""), raw.hex(), raw.hex().upper())
    for lead in range(3):
        # In a longer text the key starts at any of three places of a Base64 group; its outer letters vary.
        yield base64.b64encode(bytes(lead) + raw).decode()[4 if lead else 0 : -4]


def _without_pieces(text: str, pieces: dict[str, str]) -> str:
    out: list[str] = []
    at = kept = 0
    while at <= len(text) - PIECE:
        role = pieces.get(text[at : at + PIECE])
        if role is None:
            at += 1
            continue
        end = at + PIECE
        while end < len(text) and text[end - PIECE + 1 : end + 1] in pieces:
            end += 1
        out += [text[kept:at], f"<part of {role}>"]
        at = kept = end
    return "".join([*out, text[kept:]])
