"""Checks of the caller's side: is what a client sent to a gateway what the documents ask for?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from payproof.checks.context import place, severity_of
from payproof.model import Finding, Interaction, Severity
from payproof.rules import Example, Rule, register, rule
from payproof.signing import Keys, Recipe, verify
from payproof.spec import Operation, Problem, Spec, validate

SOFT = register(
    Rule(
        "request-soft-limit",
        Severity.NOTE,
        "A request breaks a limit about which the documents contradict themselves.",
        fix="the gateway may take it; do not rely on that",
        example=Example(input="a signature in upper case where samples show lower case"),
        rests_on="inferred",
    )
)
UNDOCUMENTED = register(
    Rule(
        "request-undocumented-field",
        Severity.NOTE,
        "A request holds a field or parameter which the documents do not name.",
        fix="leave it out: the gateway may ignore it, refuse it, or count it into the signature",
        example=Example(input='{"refund_amount": "1.00", "refundAmount": "1.00"}'),
        rests_on="inferred",
    )
)
NO_OPERATION = register(
    Rule(
        "request-unknown-operation",
        Severity.ERROR,
        "A request asks for a method and path that the gateway does not document.",
        fix="use a documented verb and path, base path included",
        example=Example(input="GET /v1/merchant/transaction/1/refund"),
    )
)
NO_CREDENTIAL = register(
    Rule(
        "request-credential-missing",
        Severity.ERROR,
        "A request lacks a credential which its operation asks for.",
        fix="send the documented header with every request",
        example=Example(input="a refund without AccessToken"),
    )
)
NO_SIGNATURE = register(
    Rule(
        "request-signature-missing",
        Severity.ERROR,
        "A request that must be signed carries no signature.",
        fix="sign last, over exactly what is sent",
        example=Example(input='{"refund_amount": "1.00", "remarks": "x"}'),
    )
)
UNCHECKED = register(
    Rule(
        "request-signature-unchecked",
        Severity.NOTE,
        "A signature was not checked: the merchant's keys are not known, or the body was streamed past.",
        fix="give the keys in PAYPROOF_<GATEWAY>_<ROLE> or in a test bed; send a body that can be read twice",
        example=Example(input="a request with a merchant id that is not in the test bed"),
        area="run",
    )
)
#: Why a signature came out as it did: the clause, and what to change; both empty when nothing is proven.
Why = Callable[[Operation, Recipe, Interaction, Keys], tuple[str, str]]
_ABSENT = frozenset({"missing-signature", "empty-signature"})
_EXTRA = frozenset({"undocumented-field", "undocumented-parameter"})


@dataclass(slots=True)
class Client:
    """What checks of requests know besides the interaction.

    Args:
        spec: What is promised.
        keys: Gives the keys of the merchant who sent a request, None when they are not known.
        recipes: By operationId, the readings of its request signature, the default first.
        why: Explains a wrong signature.
    """

    spec: Spec
    keys: Callable[[Operation, Interaction], Keys | None]
    recipes: Mapping[str, Sequence[Recipe]] = field(default_factory=dict)
    why: Why = lambda operation, recipe, interaction, keys: ("", "")


def judge_request(client: Client, interaction: Interaction) -> list[Finding]:
    """Give what there is against a request; its operation must be named in the interaction."""
    operation = client.spec.operations.get(interaction.operation)
    if operation is None:
        return [_unknown(client.spec, interaction)]
    found = list(request_form(client, operation, interaction))
    found += credentials_are_there(client, operation, interaction)
    return found + list(request_is_signed(client, operation, interaction))


def _unknown(spec: Spec, interaction: Interaction) -> Finding:
    from dataclasses import replace

    from payproof.spec import match

    request = interaction.request
    others = [
        one.id
        for verb in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if verb != request.method
        for found in [match(spec, replace(request, method=verb))]
        if found is not None
        for one in [found.operation]
    ]
    verbs = ", ".join(f"{spec.operations[name].method} ({name})" for name in others)
    message = f"{request.method} is not documented for this path" if others else "no operation has this path"
    known = ", ".join(f"{one.method} {one.path}" for one in spec.operations.values() if not _elsewhere(one))
    return NO_OPERATION.finding(
        place(interaction, "request", "method" if others else "path"),
        message,
        expected=verbs or known,
        actual=f"{request.method} {request.target.partition('?')[0]}",
    )


def _elsewhere(operation: Operation) -> bool:
    return bool(operation.raw.get("x-target"))


@rule(
    id="request-schema",
    severity=Severity.ERROR,
    summary="A request does not have the form which the documents ask for.",
    fix="send what is documented",
    example=Example(input={"documented": {"refund_amount": "string"}, "sent": {"refund_amount": 1.5}}),
)
def request_form(client: Client, operation: Operation, interaction: Interaction) -> Iterator[Finding]:
    """Compare the request with the documented parameters and body."""
    usual: Rule = request_form.rule  # type: ignore[attr-defined]
    for problem in validate.request(client.spec, operation, interaction.request):
        if _about_signature(client, operation, problem):
            continue
        extra = problem.keyword in _EXTRA
        row = UNDOCUMENTED if extra else SOFT if problem.soft else usual
        note = extra or problem.soft
        yield row.finding(
            place(interaction, "request", problem.pointer),
            problem.message,
            severity=Severity.NOTE if note else severity_of(problem.evidence or "documented"),
            expected=str(problem.expected or ""),
            actual=str(problem.actual or ""),
            evidence=problem.evidence or "documented",
            claim=str(problem.claim or ""),
        )
    yield from (
        UNDOCUMENTED.finding(place(interaction, "request", pointer), f"the field {pointer} is not documented")
        for pointer in undocumented_fields(operation, interaction)
    )


def undocumented_fields(operation: Operation, interaction: Interaction) -> Iterator[str]:
    """Give the pointers of members of a JSON body which its schema does not name."""
    media = ((operation.request_body or {}).get("content") or {}).get(interaction.request.media_type) or {}
    try:
        data = json.loads(interaction.request.body)
    except (ValueError, RecursionError):
        return
    yield from _unnamed(data, media.get("schema") or {}, "")


def _unnamed(data: Any, schema: Mapping[str, Any], pointer: str) -> Iterator[str]:
    known = _properties(schema)
    # A schema that names nothing leaves everything open.
    for name, value in data.items() if isinstance(data, dict) and known else ():
        if name not in known:
            yield f"{pointer}/{name}"
        elif isinstance(known[name], Mapping):
            yield from _unnamed(value, known[name], f"{pointer}/{name}")


def _properties(schema: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    found = dict(schema.get("properties") or {})
    parts = [schema.get(key) for key in ("then", "else")]
    parts += [part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key) or ()]
    for part in parts if depth < 8 else ():
        if isinstance(part, Mapping):
            found = {**_properties(part, depth + 1), **found}
    return found


def _about_signature(client: Client, operation: Operation, problem: Problem) -> bool:
    # A missing or malformed signature has a check of its own, which says more.
    recipes = client.recipes.get(operation.id, ())
    return bool(recipes) and problem.pointer.rpartition("/")[2] == recipes[0].carry.name


def credentials_are_there(
    client: Client, operation: Operation, interaction: Interaction
) -> Iterator[Finding]:
    """Find requests without a header that their operation's security asks for."""
    if any(not row for row in operation.security):
        return
    schemes = client.spec.document.get("components", {}).get("securitySchemes", {})
    for name in dict.fromkeys(name for row in operation.security[:1] for name in row):
        scheme = schemes.get(name, {})
        bearer = scheme.get("type") in ("http", "oauth2")
        if not bearer and scheme.get("in") != "header":
            continue
        header = "Authorization" if bearer else str(scheme.get("name"))
        value = (interaction.request.header(header) or "").strip()
        wrong = "is missing or empty" if not value else _no_token(value) if bearer else ""
        if wrong:
            spot = place(interaction, "request", f"header/{header}")
            yield NO_CREDENTIAL.finding(spot, f"the header {header} {wrong}")


def _no_token(value: str) -> str:
    """Say what keeps an Authorization header from being a bearer token's; shows nothing of it."""
    scheme, _, token = value.partition(" ")
    if scheme.lower() != "bearer":
        return "is no bearer token: the word Bearer and a space must stand before it"
    if token.strip() in ("", "None", "null", "undefined"):
        return "holds the word Bearer and no token behind it"
    return "holds more than one word behind Bearer" if len(token.split()) > 1 else ""


@rule(
    id="request-signature-wrong",
    severity=Severity.ERROR,
    summary="A request's signature is not the one its values give.",
    fix="sign last, over exactly the values that are sent, in the order in which they are sent",
    example=Example(input="values sorted by name before signing, sent in another order"),
)
def request_is_signed(client: Client, operation: Operation, interaction: Interaction) -> Iterator[Finding]:
    """Verify the request's signature under each open reading, and say why when it fits none."""
    recipes = client.recipes.get(operation.id, ())
    if not recipes:
        return
    keys, spot = client.keys(operation, interaction), place(interaction, "request", recipes[0].carry.name)
    if keys is None:
        yield UNCHECKED.finding(spot, "the signature was not checked: this merchant's keys are not known")
        return
    if interaction.request.unread and recipes[0].source.place not in ("query", "headers"):
        yield UNCHECKED.finding(spot, "the signature was not checked: the body was streamed and not read")
        return
    verdicts = [verify(recipe, interaction.request, keys) for recipe in recipes]
    if any(verdict.ok for verdict in verdicts):
        return
    if verdicts[0].reason in _ABSENT:
        yield from _unsigned(operation, spot, verdicts[0].message)
        return
    clause, change = client.why(operation, recipes[0], interaction, keys)
    wrong: Rule = request_is_signed.rule  # type: ignore[attr-defined]
    yield wrong.finding(
        spot,
        verdicts[0].message + (f"; the cause: {clause}" if clause else ""),
        hint=change or wrong.fix,
        expected=f"a signature by {recipes[0].name}",
        actual=verdicts[0].reason,
        details={"readings tried": len(recipes)},
    )


def _unsigned(operation: Operation, spot: object, message: str) -> Iterator[Finding]:
    asked = (operation.signing.get("request") or {}).get("required", True)
    # Where the documents do not say whether a signature is needed, leaving it out accuses nobody.
    severity = Severity.ERROR if asked is True else Severity.NOTE
    yield NO_SIGNATURE.finding(spot, message, severity=severity)  # type: ignore[arg-type]
