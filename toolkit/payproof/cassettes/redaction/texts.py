"""Free text without what looks personal, and without any value that is known to be."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from urllib.parse import quote, unquote, unquote_plus

from payproof.cassettes.redaction.detect import holds_nothing, spans
from payproof.cassettes.redaction.json_spans import Leaf, NotJson, leaves, rewritten
from payproof.cassettes.redaction.marks import by_name
from payproof.cassettes.redaction.pseudonyms import Pseudonyms
from payproof.cassettes.redaction.traces import SHORTEST, Traces

#: Values of one recording that are looked for everywhere; the oldest are forgotten first.
_MOST = 2_000
_HEAD = 4
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+")
_LAYERS = 4
Change = Callable[[str], str]


class Known:
    """Values that were secret or personal somewhere, so that they are nowhere else either.

    They are filed under their first letters: looking for all of them costs what one would.

    Args:
        always: Values that are never forgotten.
        words: What the spec names itself: field names, codes and the like, which are nobody's.
    """

    def __init__(self, always: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        self._words = frozenset(word.casefold() for word in words)
        self._values: OrderedDict[str, None] = OrderedDict()
        self._filed: dict[str, list[str]] = {}
        self._traces = Traces()
        for value in always:
            self._file(value)

    def add(self, value: str, *, shortest: int = _HEAD) -> None:
        """Remember a value that is long enough not to stand elsewhere by chance."""
        if len(value) < max(shortest, _HEAD) or value in self._values or self.is_word(value):
            return
        self._values[value] = None
        self._file(value)
        if len(self._values) > _MOST:
            oldest = self._values.popitem(last=False)[0]
            self._filed[oldest[:_HEAD]].remove(oldest)
            self._traces.discard(oldest)

    def is_word(self, value: str) -> bool:
        """Say whether the spec names this itself."""
        return value.casefold() in self._words

    def _file(self, value: str) -> None:
        rows = self._filed.setdefault(value[:_HEAD], [])
        if len(value) >= _HEAD and value not in rows:
            rows.append(value)
            rows.sort(key=len, reverse=True)
            self._traces.add(value)

    def sub(self, text: str, change: Change) -> str:
        """Replace each occurrence that is not part of a longer word."""
        return "".join(change(part) if known else part for part, known in self.parts(text))

    def parts(self, text: str) -> Iterator[tuple[str, bool]]:
        """Give the text in parts, each with whether it is a known value that is not part of a longer word."""
        done = at = 0
        while at <= len(text) - _HEAD:
            found = next(
                (one for one in self._filed.get(text[at : at + _HEAD], ()) if _stands(one, text, at)), None
            )
            if found is None:
                at += 1
                continue
            yield text[done:at], False
            yield found, True
            done = at = at + len(found)
        yield text[done:], False

    def hidden_in(self, data: bytes) -> list[str]:
        """Give those that stand in the data in any encoding."""
        return self._traces.found(data) if len(data) >= SHORTEST else []


def _stands(value: str, text: str, at: int) -> bool:
    end = at + len(value)
    if not text.startswith(value, at):
        return False
    return not (text[at - 1 : at].isalnum() and at > 0) and not text[end : end + 1].isalnum()


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
        if not text or self._known.is_word(text) or self._pseudonyms.gave(text):
            return text
        if layers:
            inner = self._inside(text, layers - 1)
            if inner is not None:
                return inner
        made = self._plain(text)
        if self._known.hidden_in(made.encode("utf-8", "surrogatepass")):
            # In an encoding of which nothing is known, so nothing of it can be kept.
            made = self._pseudonyms.of("shape", text)
        return made

    def _plain(self, text: str) -> str:
        # Stand-ins may look like what they stand for, and must not be replaced in their turn.
        parts = list(self._known.parts(text))
        return "".join(
            self._pseudonyms.of("shape", part) if known else self._by_looks(part) for part, known in parts
        )

    def _by_looks(self, text: str) -> str:
        pieces, at = [], 0
        for start, end, kind in spans(text):
            value = text[start:end]
            if self._pseudonyms.gave(value):
                continue
            self._known.add(value, shortest=SHORTEST)
            self._known.add(unquote_plus(value), shortest=SHORTEST)
            pieces += [text[at:start], self._pseudonyms.of(kind, value)]
            at = end
        return "".join([*pieces, text[at:]])

    def _inside(self, text: str, layers: int) -> str | None:
        """Give the text with what it wraps redacted, None when it wraps nothing or nothing was found."""
        if text.lstrip()[:1] in ("{", "["):
            with suppress(NotJson):
                return rewritten(text, leaves(text), lambda leaf: self._leaf(leaf, layers))
        if "%" in text and (plain := unquote(text)) != text:
            made = self.redacted(plain, layers)
            if made != plain:
                # Digits and names may also stand in what only looked like an escape.
                return self._plain(quote(made, safe=_kept(text)))
        if "&" in text and (plain := html.unescape(text)) != text:
            made = self.redacted(plain, layers)
            if made != plain:
                return self._plain(html.escape(made, quote=False))
        return self._words(text, layers)

    def _leaf(self, leaf: Leaf, layers: int) -> str:
        """Redact what stands in JSON that no schema describes: by the names above it, else by its looks."""
        value = leaf.value
        above = leaf.path[:-1] if leaf.kind == "key" else leaf.path
        kind = next(
            (by_name(step) for step in reversed(above) if isinstance(step, str) and by_name(step)), ""
        )
        if not kind or leaf.kind == "key" or not value or holds_nothing(value):
            return self.redacted(value, 0 if leaf.kind == "number" else layers)
        if self._pseudonyms.gave(value):
            return value
        self._known.add(value)
        return self._pseudonyms.of(kind, value)

    def _words(self, text: str, layers: int) -> str | None:
        """Redact what Base64 or hex holds, as the whole text or as a word of it."""

        def word(match: re.Match[str]) -> str:
            for held in (unhex(match[0]), unbase64(match[0])):
                if held is not None and (made := self.redacted(held[0], layers)) != held[0]:
                    return held[1](made)
            return match[0]

        made = _BASE64.sub(word, text)
        return self._plain(made) if made != text else None


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


def unhex(text: str) -> tuple[str, Change] | None:
    """Give the text that hex digits hold and what writes it again, None when they hold none."""
    if not _HEX.fullmatch(text):
        return None
    try:
        plain = bytes.fromhex(text).decode()
    except ValueError:
        return None
    upper = text != text.lower()
    return (
        (plain, lambda new: new.encode().hex().upper() if upper else new.encode().hex())
        if (plain.isprintable())
        else None
    )
