"""What a body's fields are for: signed in the order sent, the signature itself, the code of an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from payproof.drift.node import Node
from payproof.files.limits import escape
from payproof.spec import Operation, Spec

_CODES = frozenset({"errorcode", "error_code", "code"})
_BYTES = {"sha512": 64, "sha256": 32, "sha1": 20, "md5": 16}


@dataclass(frozen=True, slots=True)
class Signed:
    """Where a part is signed.

    Args:
        ordered: Pointer of the object signed in the order of its fields; None where order does not count.
        field: Pointer of the signature, None when it travels elsewhere.
        kinds: Kinds of text (payproof.drift.texts) that the scheme gives.
    """

    ordered: str | None = None
    field: str | None = None
    kinds: frozenset[str] | None = None


def marked(node: Node, signed: Signed | None, *, failure: bool, name: str = "", pointer: str = "") -> Node:
    """Give a body's Node with its fields marked.

    Args:
        signed: Where this part is signed.
        failure: Whether the body is that of an error.
    """

    def inner(one: Node, key: str, step: str) -> Node:
        return marked(one, signed, failure=failure, name=key, pointer=f"{pointer}/{escape(step)}")

    members = {key: replace(one, node=inner(one.node, key, key)) for key, one in node.members.items()}
    made = replace(node, members=members, items=node.items and inner(node.items, "", "*"))
    if failure and not made.role and name.lower() in _CODES:
        made = replace(made, role="code", known=made.known or made.values)
    if signed and signed.ordered == pointer:
        made = replace(made, signed=True)
    if signed and signed.kinds and signed.field == pointer:
        made = replace(made, role="signature", kinds=signed.kinds)
    return made


def signed_places(spec: Spec, operation: Operation) -> dict[str, Signed]:
    """Give, by part, where an operation's messages are signed."""
    return dict(_places(spec, operation))


def _places(spec: Spec, operation: Operation) -> Iterator[tuple[str, Signed]]:
    for part, rule in operation.signing.items():
        scheme = spec.schemes.get(str(rule.get("scheme"))) if isinstance(rule, Mapping) else None
        if not scheme or scheme.get("kind") == "envelope":
            continue
        source = bare(rule.get("source", scheme.get("source", "body")))
        pointer = source.get("body") if isinstance(source, Mapping) else "" if source == "body" else None
        if not isinstance(pointer, str):
            continue
        carry = bare(rule.get("carry", scheme.get("carry", {})))
        name = carry.get("field") if isinstance(carry, Mapping) else None
        listed = bare(scheme.get("parts", "values")) in ("values", "pairs")
        as_sent = listed and bare(scheme.get("order", "as-sent")) == "as-sent"
        field = f"{pointer}/{escape(name)}" if isinstance(name, str) else None
        yield part, Signed(pointer if as_sent else None, field, _kinds(scheme))


def _kinds(scheme: Mapping[str, Any]) -> frozenset[str] | None:
    rounds = scheme.get("rounds")
    last: Mapping[str, Any] = rounds[-1] if isinstance(rounds, list) and rounds else scheme
    digest, text = str(bare(last.get("digest", ""))), str(bare(last.get("text", "hex-lower")))
    size = next((size for name, size in _BYTES.items() if name in digest), 0)
    if not size or scheme.get("prefix"):
        return None
    forms = {"hex-lower": f"hex-{size * 2}", "hex-upper": f"hex-{size * 2}-upper", "base64": "base64-like"}
    return frozenset({forms[text]}) if text in forms else None


def bare(value: Any) -> Any:
    """Give a value without what only documents it."""
    if isinstance(value, Mapping):
        kept = {
            key: bare(inner)
            for key, inner in value.items()
            if not str(key).startswith("x-") and key != "summary"
        }
        # A choice written as a mapping only for the sake of its evidence is the plain choice.
        plain = len(kept) == 1 and next(iter(kept)) in ("by", "preset", "is")
        return next(iter(kept.values())) if plain else kept
    return [bare(one) for one in value] if isinstance(value, list) else value
