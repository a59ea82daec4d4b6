"""Deliveries that are not the gateway's, or not of now: a receiver must refuse each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from payproof.conformance.deliveries import Delivery, nodes, put
from payproof.model import Message
from payproof.run.receiver import Suite, Verdict
from payproof.signing import Keys, Recipe, attach, received_signature, sign

Forged = Iterator[tuple[str, Message, Any]]


_MOST_TAMPERED = 8


def tampered(suite: Suite) -> Verdict:
    """What was changed after signing is refused."""

    def forged() -> Forged:
        assert suite.recipe is not None
        count = 0
        for pointer, _ in list(nodes(suite.make().data)):
            made = suite.make()
            message = _with_body_value(made, pointer)
            if message is None or suite.genuine(message):
                continue
            count += 1
            yield f"{pointer} changed after signing", message, made.data
            if count >= _MOST_TAMPERED:
                break
        parts = suite.recipe.parts
        for part in () if isinstance(parts, str) else parts:
            if part.kind == "header":
                made = suite.make()
                text = made.message.header(part.name) or ""
                other = str(int(text) + 1) if text.isdigit() else text + "x"
                yield (
                    f"{part.name} changed after signing",
                    made.message.with_header(part.name, other),
                    made.data,
                )

    return _signed(suite, "tampered-content-refused", forged)


def _with_body_value(made: Delivery, pointer: str) -> Message | None:
    """Give the delivery with one value of its body changed and everything else left as it was."""
    try:
        data = json.loads(made.message.body)
    except ValueError:
        return None
    old = dict(nodes(data)).get(pointer)
    if isinstance(old, dict | list) or old is None:
        return None
    new: Any = not old if isinstance(old, bool) else old + 1 if isinstance(old, int | float) else f"{old}1"
    body = json.dumps(put(data, pointer, new), ensure_ascii=False, separators=(",", ":")).encode()
    return replace(made.message, body=body)


def other_key(suite: Suite) -> Verdict:
    """Signatures of another key are refused."""

    def forged() -> Forged:
        for name in suite.deliveries.testbed.merchants:
            if name not in ("main", suite.previous):
                made = suite.make(merchant=name)
                if not suite.genuine(made.message):
                    yield f"signed with the keys of {name}", made.message, made.data
        made = suite.make()
        message = _without_key(suite, made)
        if message is not None and not suite.genuine(message):
            yield "signed with an empty key", message, made.data

    return _signed(suite, "other-key-refused", forged)


def _without_key(suite: Suite, made: Delivery) -> Message | None:
    """Give a delivery signed as by code whose key was lost on the way; None where no HMAC key is used.

    HMAC fills a short key up with zero bytes, so one zero byte is the empty key.
    """
    assert suite.recipe is not None
    zero = {role: _ZERO.get(form, "") for role, form in _key_forms(suite.recipe)}
    if not zero or not all(zero.values()):
        return None
    signature = sign(suite.recipe, made.message, Keys.of(zero, test=True))
    return attach(suite.recipe, made.message, signature)


_ZERO = {"text": "\0", "base64": "AA==", "hex": "00"}


def _key_forms(recipe: Recipe) -> list[tuple[str, str]]:
    rounds = [one for one in recipe.rounds if one.digest.startswith("hmac")]
    return [(one.key.role, one.key.form) for one in rounds if one.key.role]


def missing(suite: Suite) -> Verdict:
    """Deliveries without a signature are refused."""

    def forged() -> Forged:
        made = suite.make()
        yield "without a signature", _stripped(suite, made), made.data

    return _signed(suite, "missing-signature-refused", forged)


def _stripped(suite: Suite, made: Delivery) -> Message:
    recipe = suite.recipe
    assert recipe is not None
    if recipe.carry.where == "header":
        return made.message.with_header(recipe.carry.name, None)
    ending = f"{recipe.source.pointer}/{recipe.carry.name}"
    data = json.loads(made.message.body)
    inside = put(data, ending, None)
    parent = inside
    for step in recipe.source.pointer.split("/")[1:]:
        parent = parent[step]
    parent.pop(recipe.carry.name, None)
    return replace(made.message, body=json.dumps(inside, ensure_ascii=False, separators=(",", ":")).encode())


def resigned(suite: Suite, made: Delivery, change: Callable[[str], str]) -> Message:
    """Give a delivery with its signature changed."""
    assert suite.recipe is not None
    text = received_signature(suite.recipe, made.message) or ""
    return attach(suite.recipe, made.message, change(text))


def empty(suite: Suite) -> Verdict:
    """An empty signature is refused."""
    return _changed(suite, "empty-signature-refused", ("an empty signature", lambda text: ""))


def truncated(suite: Suite) -> Verdict:
    """A part of the right signature is refused."""
    return _changed(
        suite,
        "truncated-signature-refused",
        ("the last character cut", lambda text: text[:-1]),
        ("the second half cut", lambda text: text[: len(text) // 2]),
        ("all but eight characters cut", lambda text: text[: _prefix(suite) + 8]),
    )


def other_end(text: str) -> str:
    """Give a signature with its eighth last character changed: decoded, that is another digest for sure."""
    at = len(text.rstrip("=")) - 8
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def near(suite: Suite) -> Verdict:
    """A signature that differs at its end is refused."""

    def other_case(text: str) -> str:
        return text[: _prefix(suite)] + text[_prefix(suite) :].swapcase()

    in_base64 = suite.recipe is not None and suite.recipe.rounds[-1].text.startswith("base64")
    return _changed(
        suite,
        "near-signature-refused",
        ("eighth last character changed", other_end),
        # In Base64 small and capital letters are different bits; in hex they are not.
        *([("small and capital letters exchanged", other_case)] if in_base64 else []),
        ("four characters added", lambda text: text + "0000"),
    )


def wrong_prefix(suite: Suite) -> Verdict:
    """A signature of another version is refused."""
    prefix = suite.recipe.prefix if suite.recipe else ""
    if not prefix:
        return suite.verdict("wrong-prefix-refused", "not applicable", "the scheme has no prefix")
    return _changed(
        suite,
        "wrong-prefix-refused",
        ("no prefix", lambda text: text.removeprefix(prefix)),
        ("the prefix v0,", lambda text: "v0," + text.removeprefix(prefix)),
    )


def _prefix(suite: Suite) -> int:
    return len(suite.recipe.prefix) if suite.recipe else 0


def _changed(suite: Suite, id_: str, *changes: tuple[str, Callable[[str], str]]) -> Verdict:
    def forged() -> Forged:
        for what, change in changes:
            made = suite.make()
            yield what, resigned(suite, made, change), made.data

    return _signed(suite, id_, forged)


def _signed(suite: Suite, id_: str, forged: Callable[[], Forged]) -> Verdict:
    if suite.recipe is None:
        return suite.verdict(id_, "not applicable", "these webhooks are not signed")
    return suite.refusal(id_, forged())


def stale(suite: Suite) -> Verdict:
    """An old delivery is refused."""
    return _timed(suite, "stale-refused", -1)


def future(suite: Suite) -> Verdict:
    """A delivery from the future is refused."""
    return _timed(suite, "future-refused", 1)


def _timed(suite: Suite, id_: str, sign_: int) -> Verdict:
    accept = suite.recipe.accept if suite.recipe else None
    if accept is None or not accept.freshness_header:
        return suite.verdict(id_, "not applicable", "the scheme has no time")

    def forged() -> Forged:
        for beyond_s in (accept.tolerance_s + 600, 86_400 * 30):
            made = suite.make(at_s=suite.deliveries.now_s + sign_ * beyond_s)
            yield f"signed {beyond_s} s {'ahead' if sign_ > 0 else 'ago'}", made.message, made.data

    return suite.refusal(id_, forged())
