"""Which point of the recipe space a recorded signature stands at, and the same point under another key.

What documents leave open gives several readings of one scheme: the settings of switches, and what official
SDKs really compute. A signature is tried under each, since the recording has to keep the one that fitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from payproof.errors import ToolkitError
from payproof.model import Message
from payproof.signing import (
    Envelope,
    Keys,
    Recipe,
    attach,
    load_scheme,
    received_signature,
    scheme_for,
    sign,
    verify,
)
from payproof.signing.fields import UnreadableBody
from payproof.spec import Operation, Spec

#: Reasons of a verdict which leave a message without a signature that could be made anew.
_WITHOUT = frozenset({"missing-signature", "empty-signature"})
_MOST = 64


@dataclass(frozen=True)
class Point:
    """One reading of a scheme.

    Args:
        name: Empty for the default one, else `switch=setting` or `profile NAME`.
        recipe: What it computes.
    """

    name: str
    recipe: Recipe | Envelope


@dataclass(frozen=True)
class Judged:
    """What a message's signature came to under the real keys, before anything was redacted.

    Args:
        scheme: The scheme that covers the message.
        ok: Whether it was right; None when there was no key to tell by.
        reason: A verdict's reason, or `no-key`.
        point: The reading that fitted, else the default one.
    """

    scheme: str
    ok: bool | None
    reason: str
    point: Point

    def facts(self) -> dict[str, Any]:
        """Give what is written down of it."""
        row: dict[str, Any] = {"scheme": self.scheme, "ok": self.ok, "reason": self.reason}
        if self.ok is None:
            row["unverifiable"] = True
        return {**row, "point": self.point.name} if self.point.name else row


def points(spec: Spec, operation: Operation, part: str, switches: Mapping[str, str]) -> Iterator[Point]:
    """Give each open reading of what signs a part of an operation, the chosen one first; at most 64."""
    base = scheme_for(spec, operation, part, switches)
    if base is None:
        return
    yield Point("", base)
    seen, made = {base}, 0
    for name, recipe in _others(spec, operation, part, switches, base.name):
        if recipe not in seen and made < _MOST:
            made += 1
            seen.add(recipe)
            yield Point(name, recipe)


def _others(
    spec: Spec, operation: Operation, part: str, switches: Mapping[str, str], scheme: str
) -> Iterator[tuple[str, Recipe | Envelope]]:
    for name, switch in spec.switches.items():
        for setting, row in switch.settings.items():
            if scheme in (row.get("recipe") or {}):
                found = scheme_for(spec, operation, part, {**switches, name: setting})
                if found is not None:
                    yield f"{name}={setting}", found
    rule = operation.signing.get("request" if part == "webhook" else part) or {}
    for name, profile in spec.profiles.items():
        if profile.get("scheme") == scheme:
            changes = profile.get("changes") or {}
            source = None if "source" in changes else rule.get("source")
            carry = None if "carry" in changes else rule.get("carry")
            try:
                found = load_scheme(spec.schemes, scheme, overrides=changes, source=source, carry=carry)
            except ToolkitError:
                continue
            yield f"profile {name}", found


def judge(found: list[Point], message: Message, keys: Keys | None) -> Judged | None:
    """Say what a message's signature is worth and at which reading; None when nothing signs it."""
    recipes = [(point, point.recipe) for point in found if isinstance(point.recipe, Recipe)]
    if not recipes:
        return None
    first, scheme = recipes[0][0], recipes[0][1].name
    if keys is None:
        return Judged(scheme, None, "no-key", first)
    reason = ""
    for point, recipe in recipes:
        try:
            verdict = verify(recipe, message, keys)
        except ToolkitError:
            return Judged(scheme, None, "no-key", first)
        if verdict.ok:
            return Judged(scheme, True, verdict.reason, point)
        reason = reason or verdict.reason
    return Judged(scheme, False, reason, first)


def signed_again(judged: Judged, found: list[Point], message: Message, keys: Keys, stand_in: Any) -> Message:
    """Give a redacted message with a signature by the test keys that is worth what the real one was worth.

    Args:
        judged: What the real one was worth.
        found: Every reading, none of which may accept what was invalid.
        keys: The test keys.
        stand_in: Gives a text of the same shape for a signature which cannot be judged.
    """
    recipe = judged.point.recipe
    assert isinstance(recipe, Recipe)
    if judged.reason in _WITHOUT:
        return message
    try:
        if judged.ok is None:
            return _with(recipe, message, stand_in)
        right = sign(recipe, message, keys)
        if judged.ok:
            return attach(recipe, message, right)
        if judged.reason == "malformed-signature":
            return _with(recipe, message, stand_in)
        for step in range(1, 10):
            wrong = attach(recipe, message, spoilt(right, recipe.prefix, step))
            if not _accepted(found, wrong, keys):
                return wrong
    except ToolkitError:
        pass
    # It has nothing to sign or cannot be read, which is why it was invalid, and that it still is.
    return _with(recipe, message, stand_in)


def _accepted(found: list[Point], message: Message, keys: Keys) -> bool:
    return any(bool(verify(one.recipe, message, keys)) for one in found if isinstance(one.recipe, Recipe))


def _with(recipe: Recipe, message: Message, stand_in: Any) -> Message:
    try:
        old = received_signature(recipe, message)
        return attach(recipe, message, stand_in(old)) if old else message
    except (ToolkitError, UnreadableBody):
        return message


_NEXT = str.maketrans("0123456789abcdefABCDEF", "123456789abcdef0BCDEFA")


def spoilt(signature: str, prefix: str, step: int) -> str:
    """Give a signature of the same form with one letter changed, always the same one."""
    at = len(prefix) + (len(signature) - len(prefix)) * step // 11
    old = signature[at : at + 1]
    new = old.translate(_NEXT) if old.translate(_NEXT) != old else ("A" if old != "A" else "B")
    return signature[:at] + new + signature[at + 1 :]
