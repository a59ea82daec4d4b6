"""Signing schemes by name, as the spec's operations and switches want them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from payproof.errors import UsageError
from payproof.signing.dimensions import read_recipe
from payproof.signing.recipe import Recipe
from payproof.signing.source import Place

if TYPE_CHECKING:
    from payproof.signing.envelope import Envelope


def load_scheme(
    schemes: Mapping[str, Any],
    name: str,
    *,
    overrides: Mapping[str, Any] | None = None,
    source: Any = None,
    carry: Any = None,
) -> Recipe | Envelope:
    """Give the recipe (or envelope) of a scheme by its name.

    Args:
        schemes: `components/x-signing-schemes` of a spec.
        name: Such as `paykun.request`.
        overrides: Dimensions that a switch's setting or a profile changes.
        source, carry: What an operation's `x-signing` says of them, if anything.

    Raises:
        UsageError: when there is no such scheme.
        SpecError: when the scheme does not hold together.
    """
    raw = schemes.get(name)
    if not isinstance(raw, Mapping):
        raise UsageError(
            f"there is no signing scheme {name!r}",
            where="scheme name",
            hint="known: " + (", ".join(sorted(schemes)) or "none"),
        )
    merged = {**raw, **(overrides or {})}
    if source is not None:
        merged["source"] = source
    if carry is not None:
        merged["carry"] = carry
    if merged.get("kind") == "envelope":
        from payproof.signing.envelope_scheme import read_envelope

        return read_envelope(name, merged)
    return read_recipe(name, merged)


def switch_overrides(switches: Mapping[str, Any], chosen: Mapping[str, str], scheme: str) -> dict[str, Any]:
    """Collect what the chosen (else default) settings of a spec's switches change in a scheme.

    Args:
        switches: `Spec.switches`: records with `settings` and `default`.
    """
    merged: dict[str, Any] = {}
    for name, switch in switches.items():
        setting = switch.settings.get(chosen.get(name, switch.default)) or {}
        merged.update((setting.get("recipe") or {}).get(scheme) or {})
    return merged


def scheme_for(
    spec: Any, operation: Any, part: str, switches: Mapping[str, str] | None = None
) -> Recipe | Envelope | None:
    """Give the recipe that covers one part of an operation or webhook, or None when it is unsigned.

    Args:
        spec: A loaded `Spec`; its `x-switches` may change dimensions.
        operation: One of its operations or webhooks.
        part: `request`, `response` or `webhook` (the same as `request` there).
        switches: Settings chosen by name; the others have their defaults.
    """
    signing = operation.signing or {}
    rule = signing.get("request" if part == "webhook" else part)
    if not isinstance(rule, Mapping) or "scheme" not in rule:
        return None
    overrides = switch_overrides(spec.switches, switches or {}, rule["scheme"])
    source = rule.get("source")
    # A switch may say how a place is read; where it is, the operation says.
    if source is not None and isinstance(overrides.get("source"), Mapping):
        base = {source: ""} if isinstance(source, str) else dict(source)
        notes = {key: value for key, value in overrides["source"].items() if key not in get_args(Place)}
        source = {**base, **notes}
    return load_scheme(
        spec.schemes, rule["scheme"], overrides=overrides, source=source, carry=rule.get("carry")
    )
