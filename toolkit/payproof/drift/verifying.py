"""What judges the signatures of observations: every reading of a scheme that the spec leaves open."""

from __future__ import annotations

from collections.abc import Mapping

from payproof.drift.shape import Verifier
from payproof.errors import KeyMaterialError, ToolkitError
from payproof.model import Message
from payproof.signing import Keys, Recipe, scheme_for, verify
from payproof.spec import Operation, Spec


def readings(spec: Spec, operation: Operation, part: str, switches: Mapping[str, str]) -> list[Recipe]:
    """Give the recipes of a part: under the settings in force, then under each other setting alone."""
    made: list[Recipe] = []
    tried = [dict(switches)]
    for name, switch in spec.switches.items():
        if name not in switches:
            tried += [{**switches, name: setting} for setting in switch.settings if setting != switch.default]
    for chosen in tried:
        recipe = scheme_for(spec, operation, part, chosen)
        if isinstance(recipe, Recipe) and recipe not in made:
            made.append(recipe)
    return made


def verifier_of(spec: Spec, keys: Keys, switches: Mapping[str, str] | None = None) -> Verifier:
    """Give what says to which verdict a signature comes, None where nothing is signed.

    Args:
        spec: The spec.
        keys: The merchant's; where one is missing the verdict is `no-key`.
        switches: Settings that are known.
    """
    known: dict[tuple[str, str], list[Recipe]] = {}

    def judge(operation: Operation, part: str, message: Message) -> str | None:
        if part == "response":
            rule = operation.signing.get("response") or {}
            if str(message.status) not in [str(one) for one in rule.get("statuses") or ["200"]]:
                return None
        if (operation.id, part) not in known:
            known[operation.id, part] = readings(spec, operation, part, switches or {})
        reasons = []
        for recipe in known[operation.id, part]:
            try:
                verdict = verify(recipe, message, keys)
            except KeyMaterialError:
                return "no-key"
            except ToolkitError:
                continue
            if verdict.ok:
                return verdict.reason
            reasons.append(verdict.reason)
        return reasons[0] if reasons else None

    return judge
