"""Which facts of a contract interactions have exercised."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from payproof.coverage.facts import Fact, codes, duties, scheme_of, step_name
from payproof.lifecycle import BEFORE, LifeCycle, Observation, from_interactions, read_all
from payproof.model import Interaction, Message
from payproof.spec import Operation, Spec, match
from payproof.spec.matching import pairs_of
from payproof.spec.validate import status_key

FORM = "application/x-www-form-urlencoded"


def exercised(spec: Spec, interactions: Iterable[Interaction]) -> set[Fact]:
    """Give the facts that interactions with named operations, in order of time, have touched."""
    rows = list(interactions)
    found = {fact for one in rows for fact in _touched(spec, one)}
    return found | set(_steps(spec, rows))


def _touched(spec: Spec, interaction: Interaction) -> Iterator[Fact]:
    if interaction.operation in spec.webhooks:
        yield Fact("webhook", interaction.operation)
        yield Fact("signing scheme", scheme_of(spec.webhooks[interaction.operation], "request"))
        return
    operation, response = spec.operations.get(interaction.operation), interaction.response
    if operation is None:
        return
    yield Fact("operation", operation.id)
    yield from _signed(operation, interaction)
    yield from (Fact("conditional duty", name) for name in _met(operation, interaction.request))
    if response is not None:
        yield Fact("status", f"{operation.id} {status_key(operation, response.status)}")
        if response.status >= 300:
            yield from (Fact("error code", f"{operation.id} {code}") for code in codes(_json(response.body)))


def _signed(operation: Operation, interaction: Interaction) -> Iterator[Fact]:
    rule = operation.signing.get("request") or {}
    name = str(next(iter((rule.get("carry") or {"field": "signature"}).values())))
    request = interaction.request
    if rule and (name in request.target or name.encode() in request.body or request.header(name)):
        yield Fact("signing scheme", scheme_of(operation, "request"))
    statuses = (operation.signing.get("response") or {}).get("statuses") or ["200"]
    response = interaction.response
    if response is not None and not response.unread and str(response.status) in map(str, statuses):
        yield Fact("signing scheme", scheme_of(operation, "response"))


def _met(operation: Operation, request: Message) -> Iterator[str]:
    data = _fields(request)
    for name, condition in duties(operation):
        if isinstance(data, dict) and _holds(condition, data):
            yield name


def _fields(request: Message) -> Any:
    if request.media_type == FORM:
        return {
            name: {"true": True, "false": False}.get(value, value)
            for name, value in pairs_of(request.body.decode("latin-1"))
        }
    return _json(request.body)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _holds(condition: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Say whether data meets a condition made of `required`, `const` and `enum`; of others, none holds."""
    if any(name not in data for name in condition.get("required") or ()):
        return False
    for name, rule in (condition.get("properties") or {}).items():
        if name not in data or not isinstance(rule, Mapping):
            continue
        value = data[name]
        if "const" in rule and (value != rule["const"] or type(value) is not type(rule["const"])):
            return False
        if "enum" in rule and value not in rule["enum"]:
            return False
        if "properties" in rule and not (isinstance(value, dict) and _holds(rule, value)):
            return False
    return True


def _steps(spec: Spec, interactions: list[Interaction]) -> Iterator[Fact]:
    """Give the transitions taken: successes of operations, and changes between two looks at an object."""
    cycles = read_all(spec.life_cycles)
    known: dict[tuple[str, str], str] = {}
    for one in interactions:
        yield from _by_operation(spec, cycles, one, known)
        for seen in from_interactions([one], cycles, webhooks=spec.webhooks):
            key = (seen.life_cycle, seen.subject)
            yield from _between(cycles[seen.life_cycle], known.get(key, BEFORE), seen)
            known[key] = seen.status


def _by_operation(
    spec: Spec, cycles: Mapping[str, LifeCycle], one: Interaction, known: Mapping[tuple[str, str], str]
) -> Iterator[Fact]:
    if one.response is None or one.response.status >= 300 or one.operation not in spec.operations:
        return
    found = match(spec, one.request)
    ids = set(found.path_params.values()) if found else set()
    for cycle in cycles.values():
        states = {state for (name, subject), state in known.items() if name == cycle.name and subject in ids}
        for row in cycle.transitions:
            if row.trigger == one.operation and (
                row.source in states or not (states or row.source == BEFORE)
            ):
                yield Fact("transition", step_name(cycle.name, row.source, row.target, row.trigger))


def _between(cycle: LifeCycle, before: str, seen: Observation) -> Iterator[Fact]:
    for row in cycle.transitions:
        if row.source != before or row.target != seen.status:
            continue
        # A reply shows its own operation's step; a look later shows that one of the outside events came.
        own = seen.source == "response" and row.trigger == seen.operation
        outside = seen.source != "response" and before not in (BEFORE, seen.status)
        if own or outside:
            yield Fact("transition", step_name(cycle.name, row.source, row.target, row.trigger))
