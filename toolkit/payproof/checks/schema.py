"""Does the answer have the documented form: content type, JSON, schema?"""

from __future__ import annotations

from collections.abc import Iterator

from payproof.checks.asked import MISSING, data_of, value_at
from payproof.checks.context import Context, place, severity_of
from payproof.model import Finding, Interaction, Severity
from payproof.rules import Example, Rule, register, rule
from payproof.spec import Problem

_TYPE = register(
    Rule(
        "response-content-type",
        Severity.ERROR,
        "An answer has a content type which the documents do not name.",
        fix="send the documented content type with every documented status",
        example=Example(input={"status": 200, "content-type": "text/html", "body": "<p>ok</p>"}),
    )
)
_UNREADABLE = register(
    Rule(
        "response-unreadable",
        Severity.ERROR,
        "An answer's body is not what its content type says.",
        fix="send valid JSON in UTF-8",
        example=Example(input={"status": 200, "content-type": "application/json", "body": '{"status": tru'}),
    )
)
_SOFT = register(
    Rule(
        "response-soft-limit",
        Severity.NOTE,
        "An answer breaks a limit about which the documents contradict themselves.",
        fix="nothing is wrong with the gateway; do not rely on this limit",
        example=Example(input="an id in another form than the samples show"),
        rests_on="inferred",
    )
)
#: What documents need not list: every status of a refusal, every field of an answer.
NO_FAULT = frozenset({"undocumented-status", "undocumented-field"})
#: A body that is documented for one of these is documented for wrong credentials.
_OF_ACCESS = (401, 403)
_ACCESS_RULES = frozenset(
    {
        "request-signature-not-checked",
        "request-signature-covers-too-little",
        "request-signature-compared-loosely",
        "credentials-not-checked",
        "other-merchant-readable",
    }
)
_ROWS = {"undocumented-content-type": _TYPE, "unreadable-body": _UNREADABLE, "missing-body": _UNREADABLE}


@rule(
    id="response-schema",
    severity=Severity.ERROR,
    summary="An answer does not have the form which the documents promise for its status.",
    fix="send what is documented, or have the documents say what is sent",
    example=Example(input={"documented": {"gross_amount": "number"}, "body": {"gross_amount": "11"}}),
)
def response_form(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Compare the answer with the documented content type and schema of its status."""
    if _is_gatekeepers(context, interaction):
        return
    for problem in context.problems(interaction):
        if problem.keyword in NO_FAULT or _is_echo(interaction, problem):
            continue
        usual: Rule = response_form.rule  # type: ignore[attr-defined]
        row = _SOFT if problem.soft else _ROWS.get(problem.keyword, usual)
        severity = Severity.NOTE if problem.soft else severity_of(problem.evidence or "documented")
        yield row.finding(
            place(interaction, "response", problem.pointer),
            problem.message,
            severity=severity,
            expected=str(problem.expected or ""),
            actual=str(problem.actual or ""),
            evidence=problem.evidence or "documented",
            claim=str(problem.claim or ""),
        )


def _is_gatekeepers(context: Context, interaction: Interaction) -> bool:
    """Say whether a refusal may be of the signature or credentials, with a status documented for others.

    What stands before the operation answers then, and not with what the operation's own refusals promise.
    """
    expect, response = interaction.expect, interaction.response
    if expect is None or response is None or not 400 <= response.status < 500:
        return False
    operation = context.operation(interaction)
    signed = operation is not None and bool((operation.signing or {}).get("request"))
    # Signers read awkward values each in their own way, so that an honest one may find ours wrong.
    unsure = signed and (expect.outcome == "open" or interaction.kind == "generated")
    return response.status not in _OF_ACCESS and (unsure or expect.rule in _ACCESS_RULES)


def _is_echo(interaction: Interaction, problem: Problem) -> bool:
    """Say whether an item of a list comes back just as the request sent it.

    Whether such an item may be sent is judged of the request; its coming back is no second fault.
    """
    steps = problem.pointer.split("/")[1:]
    if problem.keyword == "required":
        steps = steps[:-1]  # The pointer names the member that is missing.
    given = value_at(data_of(interaction.response), "".join(f"/{step}" for step in steps))
    sent = data_of(interaction.request)
    tails = (steps[start:] for start in range(len(steps)))
    return given is not MISSING and any(
        value_at(sent, "".join(f"/{step}" for step in tail)) == given
        for tail in tails
        if len(tail) > 1 and any(map(str.isdigit, tail[1:]))
    )
