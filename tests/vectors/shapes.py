"""Schemes as message shapes, and the ways of tampering which every shape is put through."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from byhand import Rows, bytes_member, signed_rows

Case = dict[str, Any]
Signed = tuple[list[str], str]
"""The digests of all rounds in hex, and the signature's text."""
ABSENT = object()


@dataclass
class Shape:
    """How one scheme's messages are built and signed, by hand.

    Args:
        name: Prefix of the case ids.
        keys: Key texts by role.
        secret: Key bytes of the last round, from a key text.
        rows: The fields of the untouched message.
        text: The canonical string of rows.
        sign: Digests and signature from key text and canonical bytes.
        compose: The message with what it carries: a text, `ABSENT`, or for JSON a raw value after `=`.
        ordered: Whether the order sent is the order signed.
        insensitive: Whether hex digits are compared in either case.
        recipe: What the cases change in the scheme.
    """

    name: str
    keys: dict[str, str]
    role: str
    secret: Callable[[str], bytes]
    rows: Rows
    text: Callable[[Rows], bytes]
    sign: Callable[[str, bytes], Signed]
    compose: Callable[[Rows, Any], dict[str, Any]]
    source: str
    ordered: bool = True
    insensitive: bool = False
    in_json: bool = False
    recipe: dict[str, Any] = field(default_factory=dict)
    changed: str = "changed"

    def right(self, rows: Rows, key: str | None = None) -> str:
        return self.sign(key or self.keys[self.role], self.text(rows))[1]

    def case(
        self,
        name: str,
        comment: str,
        *,
        rows: Rows | None = None,
        carried: Any = None,
        message: dict[str, Any] | None = None,
        canonical: bytes | None = None,
        result: str = "valid",
        reason: str = "",
        flags: tuple[str, ...] = (),
        recipe: dict[str, Any] | None = None,
        source: str = "",
        signable: bool = True,
        key: str | None = None,
        fields: list[tuple[str, str]] | None = None,
        now_s: float | None = None,
    ) -> Case:
        """Give one case; what it does not say is that of the untouched message, rightly signed."""
        rows = self.rows if rows is None else rows
        key_text = key or self.keys[self.role]
        covered = self.text(rows) if canonical is None else canonical
        hashed, signature = self.sign(key_text, covered)
        if carried is None:
            carried = signature
        overrides = {**self.recipe, **(recipe or {})}
        made: Case = {
            "id": f"{self.name}/{name}",
            "comment": comment,
            "key": {**self.keys, self.role: key_text},
            "message": message or self.compose(rows, carried),
            **({"recipe": overrides} if overrides else {}),
        }
        if signable:
            if fields != []:
                made["fields"] = [list(pair) for pair in (fields or signed_rows(rows))]
            made |= bytes_member("canonical", covered)
            made |= {"key_hex": self.secret(key_text).hex(), "digests": hashed, "signature": signature}
        made |= {
            "result": result,
            "reason": reason or ("valid" if result != "invalid" else "mismatch"),
            "flags": sorted(flags),
        }
        if now_s is not None:
            made["now_s"] = now_s
        made["source"] = source or self.source
        return made


def tampered(shape: Shape) -> Iterator[Case]:
    """Give the untouched message, then one case for each way of tampering."""
    yield shape.case("untouched", "the message as it was signed")
    yield from _changed_messages(shape)
    yield from _changed_signatures(shape)


def _changed_messages(shape: Shape) -> Iterator[Case]:
    right = shape.right(shape.rows)
    name, written, signed = shape.rows[0]
    grown = signed[0][1] + "1"
    quoted = written[:-1] + '1"' if written.endswith('"') else written + "1"
    changed = [(name, quoted, [(signed[0][0], grown)]), *shape.rows[1:]]
    yield shape.case(
        "body-changed",
        "one covered value changed after signing",
        rows=changed,
        carried=right,
        result="invalid",
        flags=("ModifiedValue",),
    )
    if len(shape.rows) > 1:
        fewer = shape.rows[1:]
        yield shape.case(
            "field-removed",
            "a covered field removed after signing",
            rows=fewer,
            carried=right,
            result="invalid",
            flags=("ModifiedValue",),
        )
        turned = [shape.rows[1], shape.rows[0], *shape.rows[2:]]
        yield shape.case(
            "reordered",
            "two fields change places after signing",
            rows=turned,
            carried=right,
            result="invalid" if shape.ordered else "valid",
            flags=("Order",),
            canonical=None if shape.ordered else shape.text(shape.rows),
            fields=None if shape.ordered else signed_rows(shape.rows),
        )
    other = shape.keys[shape.role][::-1]
    yield shape.case(
        "other-key",
        "signed with another key",
        carried=shape.right(shape.rows, other),
        result="invalid",
        flags=("WrongKey",),
    )


def _changed_signatures(shape: Shape) -> Iterator[Case]:
    right = shape.right(shape.rows)

    def wrong(name: str, comment: str, carried: Any, reason: str = "mismatch", *flags: str) -> Case:
        return shape.case(
            name,
            comment,
            carried=carried,
            result="invalid",
            reason=reason,
            flags=("ModifiedSignature", *flags),
        )

    yield wrong("truncated", "the last character of the signature is cut off", right[:-1])
    yield wrong("halved", "only the first half of the signature", right[: len(right) // 2])
    yield wrong("too-long", "two characters after the signature", right + "00")
    digit = next(at for at, letter in enumerate(right) if letter.isdigit())
    flipped = right[:digit] + str(9 - int(right[digit])) + right[digit + 1 :]
    yield wrong("one-digit", "one digit of the signature changed", flipped)
    yield shape.case(
        "other-letter-case",
        "the signature in the other letter case",
        carried=right.swapcase(),
        result="acceptable" if shape.insensitive else "invalid",
        flags=("LetterCase",),
    )
    yield wrong("empty", "an empty signature", "", "empty-signature", "EmptySignature")
    yield wrong("blank", "a signature of white space", "  ", "empty-signature", "EmptySignature")
    yield wrong("missing", "no signature at all", ABSENT, "missing-signature", "MissingSignature")
    wide = right[:digit] + chr(ord(right[digit]) - ord("0") + 0xFF10) + right[digit + 1 :]
    yield wrong(
        "look-alike",
        "a digit of the signature is its full-width form",
        wide,
        "malformed-signature",
        "LookAlike",
    )
    arabic = right[:digit] + chr(ord(right[digit]) - ord("0") + 0x660) + right[digit + 1 :]
    yield wrong(
        "arabic-indic",
        "a digit of the signature is its Arabic-Indic form",
        arabic,
        "malformed-signature",
        "LookAlike",
    )
    yield wrong("space-before", "a space before the signature", " " + right)
    yield wrong("newline-after", "a newline after the signature", right + "\n")
    yield wrong("nul-after", "a NUL character after the signature", right + "\0", "mismatch", "Nul")
    as_base64 = base64.b64encode(bytes.fromhex(right)).decode() if _is_hex(right) else right.encode().hex()
    yield wrong("other-text", "the same digest in another text form", as_base64)
    if shape.in_json:
        for name, value in (("null", "null"), ("number", "12"), ("list", f'["{right}"]'), ("true", "true")):
            yield wrong(
                f"signature-{name}",
                f"the signature is {value[:6]} in JSON",
                f"={value}",
                "malformed-signature",
            )


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)
