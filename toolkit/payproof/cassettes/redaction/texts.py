"""Free text without what looks personal, and without any value that is known to be."""

from __future__ import annotations

import base64
import binascii
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from urllib.parse import quote, unquote

from payproof.cassettes.redaction.detect import spans
from payproof.cassettes.redaction.json_spans import NotJson, leaves, rewritten
from payproof.cassettes.redaction.pseudonyms import Pseudonyms
from payproof.cassettes.redaction.traces import SHORTEST, encodings

#: Values of one recording that are looked for everywhere; the oldest are forgotten first.
_MOST = 2_000
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_LAYERS = 4
Change = Callable[[str], str]


class Known:
    """Values that were secret or personal somewhere, so that they are nowhere else either."""

    def __init__(self, always: Iterable[str] = ()) -> None:
        self._always = tuple(value for value in always if len(value) >= 4)
        self._values: OrderedDict[str, None] = OrderedDict()
        self._pattern: re.Pattern[str] | None = None
        self._forms: dict[str, tuple[str, ...]] = {}

    def add(self, value: str, *, shortest: int = 4) -> None:
        """Remember a value that is long enough not to stand elsewhere by chance."""
        if len(value) < shortest or value in self._values:
            return
        self._values[value] = None
        if len(self._values) > _MOST:
            self._forms.pop(self._values.popitem(last=False)[0], None)
        self._pattern = None

    def values(self) -> list[str]:
        """Give them all, the longest first."""
        return sorted({*self._always, *self._values}, key=len, reverse=True)

    def sub(self, text: str, change: Change) -> str:
        """Replace each occurrence that is not part of a longer word."""
        if self._pattern is None:
            words = "|".join(re.escape(value) for value in self.values())
            self._pattern = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])" if words else r"(?!)")
        return self._pattern.sub(lambda match: change(match[0]), text)

    def hidden_in(self, text: str) -> bool:
        """Say whether one of them stands in the text in any encoding."""
        if len(text) < SHORTEST:
            return False
        return any(form in text for value in self.values() for form in self._encoded(value))

    def _encoded(self, value: str) -> tuple[str, ...]:
        if value not in self._forms:
            forms = (
                {form.decode("utf-8", "replace") for form in encodings(value)}
                if len(value) >= SHORTEST
                else ()
            )
            self._forms[value] = tuple(form for form in forms if len(form) >= SHORTEST)
        return self._forms[value]


class Texts:
    """Redacts free text.

    Args:
        pseudonyms: Gives stand-ins.
        known: Values to look for.
    """

    def __init__(self, pseudonyms: Pseudonyms, known: Known) -> None:
        self._pseudonyms, self._known = pseudonyms, known

    def redacted(self, text: str, layers: int = _LAYERS) -> str:
        """Give a text without what looks personal and without known values, in any of its layers.

        A text may hold JSON, a percent-encoded text or Base64, and those hold texts again.
        """
        if not text:
            return text
        if layers:
            inner = self._inside(text, layers - 1)
            if inner is not None:
                return inner
        made = self._plain(text)
        if self._known.hidden_in(made):
            # In an encoding of which nothing is known, so nothing of it can be kept.
            made = self._pseudonyms.of("shape", text)
        return made

    def _plain(self, text: str) -> str:
        text = self._known.sub(text, lambda value: self._pseudonyms.of("shape", value))
        pieces, at = [], 0
        for start, end, kind in spans(text):
            value = text[start:end]
            if self._pseudonyms.gave(value):
                continue
            self._known.add(value, shortest=SHORTEST)
            pieces += [text[at:start], self._pseudonyms.of(kind, value)]
            at = end
        return "".join([*pieces, text[at:]])

    def _inside(self, text: str, layers: int) -> str | None:
        """Give the text with what it wraps redacted, None when it wraps nothing or nothing was found."""
        if text[0] in "{[":
            try:
                found = leaves(text)
            except NotJson:
                return None
            return rewritten(text, found, lambda leaf: self.redacted(leaf.value, layers))
        if "%" in text and (plain := unquote(text)) != text:
            made = self.redacted(plain, layers)
            if made != plain:
                return quote(made, safe=_kept(text))
        if _BASE64.fullmatch(text) and (held := unbase64(text)) is not None:
            made = self.redacted(held[0], layers)
            if made != held[0]:
                return held[1](made)
        return None


def _kept(text: str) -> str:
    return "".join(sign for sign in ":/?#[]@!$&'()*+,;=~" if sign in text)


def unbase64(text: str) -> tuple[str, Change] | None:
    """Give the text that Base64 holds and what writes it again, None when it holds none."""
    url = "-" in text or "_" in text
    padded = text + "=" * (-len(text) % 4)
    try:
        raw = (base64.urlsafe_b64decode if url else base64.b64decode)(padded)
        plain = raw.decode()
    except (ValueError, binascii.Error):
        return None
    if not plain.isprintable() and not plain.strip().startswith(("{", "[")):
        return None

    def write(new: str) -> str:
        made = (base64.urlsafe_b64encode if url else base64.b64encode)(new.encode()).decode()
        return made if text.endswith("=") or len(text) % 4 == 0 else made.rstrip("=")

    return plain, write
