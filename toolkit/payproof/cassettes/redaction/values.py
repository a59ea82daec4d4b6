"""One value without secrets and personal data, in the form that its schema wants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from payproof.cassettes.redaction.detect import looks_like
from payproof.cassettes.redaction.json_spans import Leaf, NotJson, leaves, rewritten
from payproof.cassettes.redaction.marks import Mark
from payproof.cassettes.redaction.pseudonyms import Pseudonyms
from payproof.cassettes.redaction.texts import Known, Texts
from payproof.signing import Keys


class Values:
    """Redacts values by their marks.

    Args:
        texts: Redacts what is known and nobody's.
        pseudonyms: Gives stand-ins.
        known: Remembers what was replaced.
        test_texts: Test keys by role, which real ones become.
        real_keys: The real ones, if they are there.
        strict: Whether what nothing describes is personal.
    """

    def __init__(
        self,
        texts: Texts,
        pseudonyms: Pseudonyms,
        known: Known,
        test_texts: Mapping[str, str],
        real_keys: Keys | None,
        *,
        strict: bool,
    ) -> None:
        self._texts, self._pseudonyms, self._known = texts, pseudonyms, known
        self._test_texts, self._real, self.strict = test_texts, real_keys, strict

    def of(self, text: str, mark: Mark, *, number: bool = False) -> str:
        """Give a value's stand-in, or the value where it is nobody's; `number` keeps it a number's text."""
        if not text:
            return text
        kind = mark.kind
        if kind == "unknown" and not self.strict:
            kind = ""
        if not kind:
            return text if number and len(text) < 10 else self._texts.redacted(text, 0 if number else 4)
        if mark.role in self._test_texts and self._is_key(text, mark.role):
            made = self._test_texts[mark.role]
            self._pseudonyms.fixed(text, made)
        elif number:
            # A short number of unknown meaning is as likely to stand elsewhere, as an amount.
            return self._number(text, 10 if kind == "unknown" else 6)
        elif kind == "unknown":
            return self._unknown(text)
        else:
            made = self._fitting(text, kind, mark)
        if made != text:
            self._known.add(text, shortest=6 if kind == "address" else 4)
        return made

    def _is_key(self, text: str, role: str) -> bool:
        """Say whether a credential is the real one, as far as can be told; a wrong one has to stay wrong."""
        if self._real is None or role not in self._real:
            return True
        return any(key.text == text for key in self._real[role])

    def _number(self, text: str, shortest: int) -> str:
        digits, mark, rest = text.partition("e") if "e" in text else text.partition("E")
        whole, point, fraction = digits.partition(".")
        sign = "-" if whole.startswith("-") else ""
        made = sign + self._pseudonyms.of("shape", whole.removeprefix("-")) + point
        self._known.add(text, shortest=shortest)
        return made + (self._pseudonyms.of("shape", fraction) if fraction else "") + mark + rest

    def _unknown(self, text: str) -> str:
        if self._known.is_word(text):
            return text
        # A word may be a status like any other; what else there is could be anybody's.
        if len(text) >= 8 and not text.isalpha():
            self._known.add(text, shortest=8)
        if _holds_more(text):
            return self._layered(text)
        return self._pseudonyms.of(looks_like(text), text)

    def _layered(self, text: str) -> str:
        try:
            found = leaves(text)
        except NotJson:
            return self._pseudonyms.of("shape", text)
        return rewritten(text, found, self._inner_leaf)

    def _inner_leaf(self, leaf: Leaf) -> str:
        if leaf.kind == "key":
            return leaf.value
        return self.of(leaf.value, Mark("unknown"), number=leaf.kind == "number")

    def _fitting(self, text: str, kind: str, mark: Mark) -> str:
        for made in (self._pseudonyms.of(kind, text), self._pseudonyms.shaped(text)):
            if all(_fits(made, part) or not _fits(text, part) for part in mark.parts):
                return made
        return (
            text
            if any("enum" in part or "const" in part for part in mark.parts)
            else self._pseudonyms.shaped(text)
        )


def _fits(text: str, part: Mapping[str, Any]) -> bool:
    """Say whether a text keeps what a schema says of texts."""
    if not part.get("minLength", 0) <= len(text) <= part.get("maxLength", len(text)):
        return False
    if "enum" in part and text not in part["enum"]:
        return False
    try:
        return "pattern" not in part or re.search(part["pattern"], text) is not None
    except re.error:
        return True


def _holds_more(text: str) -> bool:
    return text[:1] in "{["
