"""What the answers of one operation with one status and one content type are judged by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from payproof.drift.shape import UNVERIFIABLE
from payproof.drift.verifying import readings
from payproof.files.limits import escape
from payproof.model import Message
from payproof.signing import Keys
from payproof.signing.over_tree import Proof, proof_of
from payproof.spec import Operation, Spec, validate
from payproof.spec.bodies import media_key
from payproof.spec.compiled import Compiled
from payproof.spec.scope import Scope


@dataclass(slots=True)
class Plan:
    """How clean answers are recognised.

    Args:
        is_valid: The compiled schema with every limit, the soft ones included.
        proof: Recognises right signatures; None where none is looked at.
        signed: Whether the operation's answers are signed at all.
        verifies: Whether their signatures are looked at, rather than the verdicts that were kept.
        operation: The one that was asked for.
        seen: How many clean answers there were since they were last counted, by `verdict`.
    """

    is_valid: Callable[[Any], bool]
    proof: Proof | None
    signed: bool
    verifies: bool
    operation: Operation
    seen: dict[str, int] = field(default_factory=lambda: {"": 0, "verified": 0})

    def verdict(self, recorded: str | None) -> str | None:
        """Give the count that a clean record adds to, an empty text for none; None if it may be unclean.

        Args:
            recorded: The verdict that the recording kept.
        """
        if not self.signed:
            return ""
        if self.verifies:
            return None if recorded in UNVERIFIABLE else "verified" if self.proof else ""
        if recorded is None:
            return ""
        return "verified" if recorded.startswith("valid") else None


def plan_of(
    spec: Spec,
    operation: Operation,
    message: Message,
    keys: Keys | None,
    switches: Mapping[str, str],
    float_text: Callable[[float], str],
) -> Plan | None:
    """Give the plan for answers like this one, None where they have to be looked at closely.

    Args:
        spec: What is promised.
        operation: The one asked for.
        message: An answer with the status and content type.
        keys: The merchant's; None where signatures are not verified here.
        switches: Settings that are known.
        float_text: Gives the text that a float had in the body.
    """
    compiled = compiled_of(spec, operation, message)
    if compiled is None:
        return None
    fast = (compiled.soft or compiled.hard).fast.is_valid
    rule = operation.signing.get("response")
    if not rule or keys is None:
        return Plan(fast, None, bool(rule), False, operation)
    if str(message.status) not in [str(one) for one in rule.get("statuses") or ["200"]]:
        return Plan(fast, None, True, True, operation)
    recipes = readings(spec, operation, "response", switches)
    # Only the first reading: an answer that is right under another one is found so by `verify`.
    proof = proof_of(recipes[0], keys, float_text) if recipes else None
    return None if proof is None else Plan(fast, proof, True, True, operation)


def compiled_of(spec: Spec, operation: Operation, message: Message) -> Compiled | None:
    """Give the compiled schema of a JSON response, None where more than its body has to be looked at."""
    status = validate.status_key(operation, message.status)
    stated = operation.responses.get(status or "") or {}
    key = media_key(stated.get("content") or {}, message.media_type)
    if (
        status is None
        or key is None
        or "headers" in stated
        or not message.media_type.endswith(("/json", "+json"))
    ):
        return None
    media = stated["content"][key]
    pointer = f"{operation.pointer}/responses/{status}/content/{escape(key)}/schema"
    return Scope(spec, pointer, ()).compiled(media.get("schema", {})) if isinstance(media, Mapping) else None
