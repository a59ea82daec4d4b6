"""Did the request meet what it deserves: success for the documented, no success for the broken?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from payproof import rules
from payproof.checks.context import Context, place, severity_of
from payproof.model import Expectation, Finding, Interaction, Severity
from payproof.rules import Example, Rule, register

_ROWS = (
    Rule(
        "accepted-request-refused",
        Severity.ERROR,
        "A documented, correctly signed request was refused.",
        fix="compare the request with the documents; if keys or ids are another's, mend the test bed",
        example=Example(input="the documented refund request answered with 400"),
    ),
    Rule(
        "request-signature-not-checked",
        Severity.ERROR,
        "A request with a wrong or missing signature was a success.",
        fix="verify the signature before anything else, in constant time, and refuse what does not match",
        example=Example(input="a refund whose signature is all zeros answered with success"),
    ),
    Rule(
        "request-signature-covers-too-little",
        Severity.ERROR,
        "A request was a success though a signed value was changed after signing.",
        fix="sign and verify every documented field, in the order sent",
        example=Example(input="a refund whose remarks were changed after signing answered with success"),
    ),
    Rule(
        "request-signature-compared-loosely",
        Severity.ERROR,
        "A request was a success though its signature is not quite the right one.",
        fix="compare the whole signature, byte by byte, in constant time",
        example=Example(input="a signature without its last character answered with success"),
    ),
    Rule(
        "credentials-not-checked",
        Severity.ERROR,
        "A request without the right credentials was a success.",
        fix="check every documented credential on every operation",
        example=Example(input="an orders request without AccessToken answered with success"),
    ),
    Rule(
        # Documents say what credentials are for, not what they keep apart.
        "other-merchant-readable",
        Severity.WARNING,
        "What belongs to another merchant could be used.",
        fix="look ids up among the asking merchant's own only",
        example=Example(input="another merchant's transaction answered with success"),
        rests_on="inferred",
    ),
    Rule(
        "invalid-request-accepted",
        Severity.ERROR,
        "A request that breaks a documented constraint was a success.",
        fix="validate what the documents demand, or drop the demand from the documents",
        example=Example(input="limit=101 where at most 100 is documented"),
    ),
    Rule(
        "unreadable-request-accepted",
        Severity.ERROR,
        "A request whose body nobody can read was a success.",
        fix="refuse what does not parse",
        example=Example(input="half a JSON object answered with success"),
    ),
    Rule(
        "documented-refusal-missing",
        Severity.ERROR,
        "A request which the documents say is refused was a success.",
        fix="refuse it with the documented status and error code",
        example=Example(input="a refund beyond the transaction's amount answered with success"),
    ),
    Rule(
        # Documents state the limit for one request; that it holds over all of them is inferred.
        "limit-not-cumulative",
        Severity.WARNING,
        "A documented limit holds for one request, but not for several together.",
        fix="count what earlier requests used up",
        example=Example(input="two refunds of 60 % each, both accepted"),
        rests_on="inferred",
    ),
    Rule(
        "refusal-status",
        Severity.ERROR,
        "A documented refusal came with another status than documented.",
        fix="answer with the documented status",
        example=Example(input={"documented": 400, "status": 404}),
    ),
    Rule(
        "refusal-code",
        Severity.ERROR,
        "A documented refusal came without its documented error code.",
        fix="send the error code documented for this cause",
        example=Example(input={"documented": "dataNotFound", "errorCode": "validationError"}),
    ),
    Rule(
        "refusal-envelope",
        Severity.ERROR,
        "A documented refusal came in the other error envelope than documented.",
        fix="send the envelope documented for this kind of error",
        example=Example(input={"documented": "object", "errors": [{"errorCode": "dataNotFound"}]}),
    ),
)
for _row in _ROWS:
    register(_row)


def expectation(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Compare what the case expects with what it met; unanswered requests are another check's."""
    expect = interaction.expect
    outcome = context.outcome(interaction)
    if expect is None or expect.outcome == "open" or outcome == "none":
        return
    assert interaction.response is not None
    status = interaction.response.status
    if expect.outcome == "accepted" and outcome != "success" and status < 500:
        yield _finding(interaction, expect, f"refused with status {status}, though {expect.why}")
    elif expect.outcome == "refused" and outcome == "success" and _shows(interaction):
        yield _finding(interaction, expect, f"accepted with status {status}, though {expect.why}")
    elif expect.outcome == "refused" and (status < 500 or _is_documented(context, interaction)):
        # A 5xx which no document names is a finding of its own.
        yield from _as_documented(interaction, expect)


def _is_documented(context: Context, interaction: Interaction) -> bool:
    operation, response = context.operation(interaction), interaction.response
    return operation is not None and response is not None and str(response.status) in operation.responses


def _shows(interaction: Interaction) -> bool:
    """Say whether a success shows what it must not, where the case names that; else it is one by itself."""
    shown = interaction.tags.get("shows")
    assert interaction.response is not None
    return shown is None or str(shown).encode() in interaction.response.body


def _finding(interaction: Interaction, expect: Expectation, message: str) -> Finding:
    row = rules.get(expect.rule)
    return row.finding(
        place(interaction, "request", str(interaction.tags.get("address", ""))),
        message,
        severity=severity_of(expect.evidence),
        expected="a documented success" if expect.outcome == "accepted" else "no success",
        actual=_shown(interaction),
        evidence=expect.evidence,
    )


def _as_documented(interaction: Interaction, expect: Expectation) -> Iterator[Finding]:
    """Compare a refusal with the status, error code and envelope that the documents name for it."""
    assert interaction.response is not None
    status = interaction.response.status
    if expect.statuses and status not in expect.statuses:
        wanted = " or ".join(map(str, expect.statuses))
        yield _departure("refusal-status", interaction, "status", f"status {status}: {expect.why}", wanted)
    if not expect.code:
        return
    found = _where(_data(interaction.response.body), expect.code)
    if found is None:
        yield _departure(
            "refusal-code", interaction, "code", f"no {expect.code!r}: {expect.why}", expect.code
        )
    elif interaction.tags.get("envelope") in ("object", "array"):
        seen = "array" if any(isinstance(step, int) for step in found) else "object"
        if seen != interaction.tags["envelope"]:
            message = f"errors are an {seen}: {expect.why}"
            yield _departure(
                "refusal-envelope", interaction, "errors", message, str(interaction.tags["envelope"])
            )


def _departure(rule: str, interaction: Interaction, pointer: str, message: str, expected: str) -> Finding:
    return rules.get(rule).finding(
        place(interaction, "response", pointer), message, expected=expected, actual=_shown(interaction)
    )


def _data(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _where(data: Any, code: str) -> list[str | int] | None:
    """Give the path to an error code in an answer, or None when it is not there."""
    waiting: list[tuple[list[str | int], Any]] = [([], data)]
    while waiting:
        path, value = waiting.pop()
        if value == code and isinstance(value, str):
            return path
        if isinstance(value, dict):
            waiting += [([*path, name], inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [([*path, at], inner) for at, inner in enumerate(value)]
    return None


def _shown(interaction: Interaction) -> str:
    assert interaction.response is not None
    body = interaction.response.body.decode("utf-8", "replace")
    return f"{interaction.response.status} {body[:200]}".strip()
