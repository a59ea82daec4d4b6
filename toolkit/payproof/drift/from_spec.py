"""A spec's promises as a Side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from payproof.drift.marking import Signed, bare, marked, signed_places
from payproof.drift.node import Member
from payproof.drift.schema import node_of
from payproof.drift.sides import Body, LifeCycleFacts, OperationFacts, Side
from payproof.spec import Operation, Spec

#: Dimensions that say nothing about the bytes of a signature.
_ASIDE = frozenset({"summary", "kind", "accept", "profiles"})


def side_of(spec: Spec, name: str = "") -> Side:
    """Give all that a spec promises.

    Args:
        spec: The spec.
        name: What messages call it; its path when left out.
    """
    operations = {one.id: operation_facts(spec, one) for one in spec.every_operation()}
    schemes = (spec.resolved.get("components") or {}).get("securitySchemes") or {}
    return Side(
        name or str(spec.path),
        True,
        operations=operations,
        servers={one.url: one.environment for one in spec.servers},
        schemes={key: _scheme(row) for key, row in schemes.items() if isinstance(row, Mapping)},
        cycles={key: _cycle(row) for key, row in spec.life_cycles.items()},
    )


def operation_facts(spec: Spec, operation: Operation) -> OperationFacts:
    """Give what the spec promises of one operation or webhook."""
    raw = operation.raw
    evidence = str(raw.get("x-evidence", "documented"))
    claim = str(raw.get("x-source", "")) if isinstance(raw.get("x-source"), str) else ""
    signed = signed_places(spec, operation)
    replies = {
        status: _reply(row, evidence, claim, signed.get("response"), failure=not status.startswith("2"))
        for status, row in operation.responses.items()
    }
    facts = {"retries": _text(raw["x-retries"])} if "x-retries" in raw else {}
    body = operation.request_body
    return OperationFacts(
        operation.id,
        operation.kind,
        operation.method,
        operation.path,
        deprecated=raw.get("deprecated") is True,
        parameters=dict(_parameters(operation, evidence, claim)),
        request=_body(body, evidence, claim, signed.get("request")) if body else None,
        replies=replies,
        security=frozenset(tuple(sorted(row)) for row in operation.security),
        signing=dict(_signing(spec, operation)),
        facts=facts,
        evidence=evidence,
        claim=claim,
    )


def _parameters(operation: Operation, evidence: str, claim: str) -> Iterator[tuple[str, Member]]:
    for one in operation.parameters:
        sure = str(one.raw.get("x-evidence", evidence))
        node = node_of(one.schema, sure, claim)
        if one.raw.get("deprecated") is True:
            node = replace(node, deprecated=True)
        yield f"{one.where}/{one.name}", Member(node, one.required, evidence=sure)


def _body(row: Mapping[str, Any], evidence: str, claim: str, signed: Signed | None) -> Body:
    sure = str(row.get("x-evidence", evidence))
    media = {
        key: marked(
            node_of(entry.get("schema", {}), str(entry.get("x-evidence", sure)), claim), signed, failure=False
        )
        for key, entry in (row.get("content") or {}).items()
        if isinstance(entry, Mapping)
    }
    return Body(media, row.get("required") is True, evidence=sure, claim=claim)


def _reply(
    row: Mapping[str, Any], evidence: str, claim: str, signed: Signed | None, *, failure: bool
) -> Body:
    made = _body(row, evidence, claim, signed)
    media = {key: marked(node, None, failure=failure) for key, node in made.media.items()}
    headers = {
        str(name).lower(): Member(
            node_of(entry.get("schema", {}), made.evidence), entry.get("required") is True
        )
        for name, entry in (row.get("headers") or {}).items()
        if isinstance(entry, Mapping)
    }
    return replace(made, media=media, headers=headers)


def _signing(spec: Spec, operation: Operation) -> Iterator[tuple[str, dict[str, str]]]:
    for part, rule in operation.signing.items():
        if not isinstance(rule, Mapping):
            continue
        scheme = dict(spec.schemes.get(str(rule.get("scheme"))) or {})
        merged = {**scheme, **{key: rule[key] for key in ("source", "carry") if key in rule}}
        facts = {
            key: _text(value)
            for key, value in merged.items()
            if key not in _ASIDE and not key.startswith("x-")
        }
        required = rule.get("required", True)
        facts["required"] = "yes" if required is True else "no" if required is False else str(required)
        yield part, {"scheme": str(rule.get("scheme")), **facts}


def _cycle(row: Mapping[str, Any]) -> LifeCycleFacts:
    states = row.get("states") or {}
    final = set(row.get("final") or ())
    steps = set()
    for step in row.get("transitions") or ():
        starts = step.get("from")
        for start in starts if isinstance(starts, list) else [starts]:
            steps.add(f"{start or 'nothing'} -> {step.get('to')} by {step.get('trigger')}")
    named = {
        str(name): name in final or (isinstance(state, Mapping) and state.get("final") is True)
        for name, state in states.items()
    }
    return LifeCycleFacts(named, frozenset(steps))


def _scheme(row: Mapping[str, Any]) -> str:
    return _text({key: row[key] for key in ("type", "in", "name", "scheme", "bearerFormat") if key in row})


def _text(value: Any) -> str:
    """Give a value as one text, without what only documents it."""
    return json.dumps(bare(value), ensure_ascii=False, sort_keys=True)
