"""Does a recording keep what the spec promises: operations, schemas, signatures?"""

from __future__ import annotations

from collections.abc import Iterator

from payproof.cassettes.lint.context import LintContext, at
from payproof.cassettes.redaction.points import judge, points
from payproof.model import Finding, Interaction, Severity
from payproof.rules import Example, Rule, register, rule
from payproof.spec import Problem, validate

_STILL_VALID = register(
    Rule(
        "recording-forgery-verifies",
        Severity.ERROR,
        "An entry is recorded as wrongly signed, and its signature is right.",
        fix="record it again; a test that expects a refusal would pass on an acceptable message",
        example=Example(input={"verdicts": {"response": {"ok": False}}, "signature": "right"}),
        area="lint",
    )
)
_UNVERIFIABLE = register(
    Rule(
        "recording-unverifiable",
        Severity.NOTE,
        "An entry was recorded without the key, so nobody knows whether its signature was right.",
        fix="record it again with the key in the environment",
        example=Example(input={"verdicts": {"response": {"ok": None, "unverifiable": True}}}),
        area="lint",
    )
)


@rule(
    id="recording-unmatched",
    severity=Severity.WARNING,
    summary="An entry's request is none of the gateway's operations.",
    fix="remove the entry, or describe the operation in the spec",
    example=Example(input={"request": "GET /favicon.ico"}),
    area="lint",
)
def is_matched(context: LintContext, interaction: Interaction) -> Iterator[Finding]:
    """Find requests that the spec does not know."""
    if context.operation(interaction)[0] is None:
        yield is_matched.rule.finding(  # type: ignore[attr-defined]
            at(interaction, "request"),
            f"{interaction.request.method} is asked of a path that no operation has",
        )


def _is_undocumented(interaction: Interaction, problem: Problem) -> bool:
    """Say whether a document shows a response and leaves out the body that was sent for it."""
    return interaction.provenance == "documentation" and problem.keyword == "missing-body"


@rule(
    id="recording-schema",
    severity=Severity.ERROR,
    summary="An entry does not have the form which the spec promises.",
    fix="if the gateway changed, see `payproof drift`; else record the entry again",
    example=Example(input={"promised": {"gross_amount": "number"}, "recorded": {"gross_amount": "11"}}),
    area="lint",
)
def has_form(context: LintContext, interaction: Interaction) -> Iterator[Finding]:
    """Compare requests that were accepted, webhooks, and all responses with their schemas."""
    operation, webhook = context.operation(interaction)
    if operation is None:
        return
    problems = []
    response = interaction.response
    if webhook:
        problems = [
            ("request", one) for one in validate.webhook(context.spec, operation, interaction.request)
        ]
    elif response is not None:
        problems = [("response", one) for one in validate.response(context.spec, operation, response)]
        # A request that was refused may well have been meant to be.
        if response.status < 400:
            asked = validate.request(context.spec, operation, interaction.request)
            problems += [("request", one) for one in asked if not _is_undocumented(interaction, one)]
    # A documented example may break its own document, and the entry then says where.
    known = {tuple(row) for row in interaction.tags.get("violates") or () if isinstance(row, list)}
    for part, problem in problems:
        if (problem.keyword, problem.pointer) in known:
            continue
        if not problem.soft and problem.keyword != "undocumented-status":
            sure = problem.evidence in ("documented", "recorded", "")
            yield has_form.rule.finding(  # type: ignore[attr-defined]
                at(interaction, part, problem.pointer),
                problem.message,
                severity=Severity.ERROR if sure else Severity.WARNING,
                expected=str(problem.expected),
                actual=str(problem.actual),
                evidence=problem.evidence or "documented",
                claim=str(problem.claim or ""),
            )


@rule(
    id="recording-signature",
    severity=Severity.ERROR,
    summary="An entry's signature is not the one its values give under the test key.",
    fix="do not edit recordings by hand; record the entry again, or redact it again",
    example=Example(input="an entry whose amount was changed in an editor"),
    area="lint",
)
def is_signed(context: LintContext, interaction: Interaction) -> Iterator[Finding]:
    """Verify each signature under every open reading, and hold it against the verdict that was recorded."""
    operation, webhook = context.operation(interaction)
    if operation is None:
        return
    verdicts = interaction.tags.get("verdicts") or {}
    for part, message in (("request", interaction.request), ("response", interaction.response)):
        named = "webhook" if webhook and part == "request" else part
        row = verdicts.get(part) or {}
        if message is None or (
            part == "response" and str(message.status) not in _statuses(operation.signing)
        ):
            continue
        judged = judge(list(points(context.spec, operation, named, context.switches)), message, context.keys)
        if judged is None:
            continue
        if row.get("unverifiable"):
            yield _UNVERIFIABLE.finding(at(interaction, part), "it was recorded without the key")
        elif row.get("ok") is False:
            if judged.ok:
                yield _STILL_VALID.finding(at(interaction, part), "it was invalid, and no longer is")
        elif judged.ok is False and (row or judged.reason != "missing-signature"):
            yield is_signed.rule.finding(  # type: ignore[attr-defined]
                at(interaction, part),
                f"its signature does not verify ({judged.reason})",
                actual=judged.reason,
            )


def _statuses(signing: object) -> list[str]:
    rule_of = signing.get("response") if isinstance(signing, dict) else None
    return [str(one) for one in (rule_of or {}).get("statuses") or ["200"]]
