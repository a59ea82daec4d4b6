"""Whether a message's signature is right, and if not, the reason; for any message whatever."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from itertools import islice, product
from typing import NamedTuple

from payproof.model import Message
from payproof.signing.carry import carried
from payproof.signing.fields import MISSING, DuplicateKeys, UnreadableBody
from payproof.signing.freshness import judge_time
from payproof.signing.keys import Key, Keys
from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import Recipe
from payproof.signing.source import Taken, take
from payproof.signing.stages import CannotSign, canonical, digests, key_bytes, write

REASONS = {
    "valid": "the signature is right",
    "valid-time-unchecked": "the signature is right; its time was not checked",
    "mismatch": "the signature is not the one this message and key give",
    "missing-signature": "the message carries no signature",
    "empty-signature": "the signature is empty",
    "malformed-signature": "the signature does not have the scheme's form",
    "too-many-signatures": "the header holds more signatures than are looked at",
    "repeated-header": "a signed or signing header stands more than once",
    "unreadable-body": "the body cannot be read",
    "nothing-to-sign": "the message lacks what the signature must cover",
    "duplicate-keys": "a key stands twice, so two readers may see two messages",
    "missing-time": "the message carries no signing time",
    "malformed-time": "the signing time is not a whole number of seconds",
    "stale": "the signing time is too long ago",
    "future": "the signing time is too far ahead",
}


class Verdict(NamedTuple):
    """What verifying a message came to.

    Args:
        ok: Whether the message can be trusted; the verdict's truth value.
        reason: A key of `REASONS`.
        message: One sentence for people; never holds the right signature or a key.
        key: Fingerprint of the key that fitted, when several were tried; else empty.
    """

    ok: bool
    reason: str
    message: str
    key: str = ""

    def __bool__(self) -> bool:
        return self.ok


def _no(reason: str, detail: str = "") -> Verdict:
    return Verdict(False, reason, f"{REASONS[reason]}: {detail}" if detail else REASONS[reason])


_VALID = Verdict(True, "valid", REASONS["valid"])


def verify(recipe: Recipe, message: Message, keys: Keys, *, now_s: float | None = None) -> Verdict:
    """Say whether the message carries the signature which its bytes and the keys give.

    Args:
        recipe: The scheme's point in the recipe space; the message never chooses it.
        message: What came over the wire, raw.
        keys: Keys by role; every key of a role is tried.
        now_s: The receiver's clock in seconds; None leaves the signing time unchecked.

    Raises:
        KeyMaterialError: when a key is missing or malformed. Nothing in the message raises.
    """
    # A signature over fields says nothing of a name that stands twice; one over raw text covers both.
    taken = take(recipe.source, message, unrepeated=recipe.covers_fields)
    try:
        received = carried(recipe, taken)
        if type(received) is not str:
            return _no("missing-signature" if received is MISSING else "malformed-signature")
        if recipe.single_headers and any(
            len(message.header_values(name)) > 1 for name in recipe.single_headers
        ):
            return _no("repeated-header")
        text = canonical(recipe, taken)
        verdict = _compare(recipe, taken, text, received, keys)
    except DuplicateKeys as error:
        return _no("duplicate-keys", str(error))
    except UnreadableBody as error:
        return _no("unreadable-body", str(error))
    except CannotSign as error:
        return _no("nothing-to-sign", error.what)
    except RecursionError:
        return _no("unreadable-body", "it is nested too deeply")
    if not verdict.ok or not recipe.accept.freshness_header:
        return verdict
    return _timed(recipe, message, verdict, now_s)


def _compare(recipe: Recipe, taken: Taken, text: bytes, received: str, keys: Keys) -> Verdict:
    candidates = _candidates(recipe, received)
    if isinstance(candidates, Verdict):
        return candidates
    choices = _key_choices(recipe, keys)
    for chosen in choices:
        expected = _normal(recipe, write(recipe, _last_digest(recipe, taken, text, chosen))) or b""
        fits = False
        # Every candidate is compared, so the time does not tell which one fitted.
        for candidate in candidates:
            fits |= hmac.compare_digest(candidate, expected)
        if fits:
            last = chosen[-1]
            if len(choices) == 1 or last is None:
                return _VALID
            return Verdict(True, "valid", REASONS["valid"], last.fingerprint)
    return _no("mismatch")


def _last_digest(recipe: Recipe, taken: Taken, text: bytes, chosen: Sequence[Key | None]) -> bytes:
    if len(chosen) == 1:
        step = recipe.rounds[0]
        return step.run(key_bytes(step.key, chosen[0], taken), text)
    used = [key_bytes(step.key, key, taken) for step, key in zip(recipe.rounds, chosen, strict=True)]
    return digests(recipe, text, used)[-1]


def _candidates(recipe: Recipe, received: str) -> list[bytes] | Verdict:
    if not received or received.isspace():
        return _no("empty-signature")
    if not recipe.accept.separator:
        only = _normal(recipe, received)
        return _no("malformed-signature") if only is None else [only]
    given = [piece for piece in received.split(recipe.accept.separator) if piece]
    if len(given) > recipe.accept.max_signatures:
        return _no("too-many-signatures", f"{len(given)}, at most {recipe.accept.max_signatures}")
    candidates = [form for piece in given if (form := _normal(recipe, piece)) is not None]
    return candidates or _no("malformed-signature")


def _normal(recipe: Recipe, piece: str) -> bytes | None:
    """Give the bytes by which a signature's text is compared, None when it lacks the scheme's form."""
    if not piece.isascii():
        # Case folding would let look-alikes of hex digits pass.
        return None
    if recipe.prefix and not piece.startswith(recipe.prefix):
        return None
    if recipe.compares_text:
        return piece.encode()
    if recipe.accept.case == "insensitive":
        piece = piece.lower()
    if not recipe.accept.canonical_base64 and recipe.rounds[-1].text.startswith("base64"):
        return OUTPUTS[recipe.rounds[-1].text].run.decode(piece.removeprefix(recipe.prefix))
    return piece.encode()


def _key_choices(recipe: Recipe, keys: Keys) -> Sequence[Sequence[Key | None]]:
    """Give every combination of the rounds' keys, at most 64."""
    if len(recipe.rounds) == 1 and not recipe.rounds[0].key.field:
        return [(key,) for key in keys.need(recipe.rounds[0].key.role)]
    rows: list[tuple[Key | None, ...]] = [
        (None,) if step.key.field else keys.need(step.key.role) for step in recipe.rounds
    ]
    return list(islice(product(*rows), 64))


def _timed(recipe: Recipe, message: Message, verdict: Verdict, now_s: float | None) -> Verdict:
    if now_s is None:
        return Verdict(True, "valid-time-unchecked", REASONS["valid-time-unchecked"], verdict.key)
    accept = recipe.accept
    judged = judge_time(message.header(accept.freshness_header), now_s=now_s, tolerance_s=accept.tolerance_s)
    if judged == "fresh":
        return verdict
    if judged in ("missing", "malformed"):
        return _no(f"{judged}-time")
    return _no(judged, f"more than {accept.tolerance_s} s from the receiver's clock")


def repeated(recipe: Recipe, message: Message) -> str:
    """Say which key stands twice, so that `verify` refuses every signature; empty where none does.

    Signing itself goes on: a conformance run sends such messages on purpose.
    """
    if not recipe.covers_fields:
        return ""
    try:
        _ = take(recipe.source, message, unrepeated=True).fields
    except DuplicateKeys as error:
        return f"{REASONS['duplicate-keys']}: {error}"
    except (UnreadableBody, RecursionError):
        return ""
    return ""
