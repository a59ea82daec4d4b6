"""The states of a life cycle are the values that its field's schema lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from payproof.model import Finding, Severity
from payproof.rules import Example, rule
from payproof.spec.lint.subject import Subject


@rule(
    id="spec-life-cycle-states",
    severity=Severity.ERROR,
    summary="A schema that names a life cycle lists other values than the life cycle has states.",
    fix="make the enum (or x-known-values) and the states the same",
    example=Example(input={"x-life-cycle": "shop.payment", "enum": ["Success", "Sucess"]}),
    area="lint",
)
def differing_states(subject: Subject) -> Iterator[Finding]:
    """Find schemas whose values are not the states of the life cycle they name."""
    cycles = subject.spec.life_cycles
    for node in subject.written():
        name = node.value.get("x-life-cycle")
        if not isinstance(name, str):
            continue
        if name not in cycles:
            text = f"there is no life cycle {name!r}"
            yield subject.finding(differing_states, node, text, key="x-life-cycle")
            continue
        listed = node.value.get("enum", node.value.get("x-known-values"))
        states = cycles[name].get("states")
        if not isinstance(listed, list) or not isinstance(states, dict | list):
            continue
        if text := _difference(listed, states):
            yield subject.finding(differing_states, node, f"{name}: {text}", key="x-life-cycle")


def _difference(listed: list[Any], states: Any) -> str:
    values, names = {str(one) for one in listed}, {str(one) for one in states}
    sides = ((names - values, "not listed here"), (values - names, "no state"))
    return "; ".join(f"{', '.join(sorted(some))}: {what}" for some, what in sides if some)
