"""Is a webhook that the gateway sends signed and formed as its documents promise?"""

from __future__ import annotations

from collections.abc import Iterator

from payproof.checks.context import Context, place, severity_of
from payproof.errors import ToolkitError
from payproof.model import Finding, Interaction, Message, Severity
from payproof.rules import Example, Rule, register, rule
from payproof.signing import Keys, Recipe, Verdict, verify
from payproof.spec import Operation, validate

_FORM = register(
    Rule(
        "webhook-schema",
        Severity.ERROR,
        "A webhook does not have the form which the documents promise.",
        fix="send what is documented, or have the documents say what is sent",
        example=Example(input={"documented": {"status_flag": "integer"}, "webhook": {"status_flag": "1"}}),
    )
)
#: What documents need not list.
_NO_FAULT = frozenset({"undocumented-field", "undocumented-parameter"})


@rule(
    id="webhook-signature-wrong",
    severity=Severity.ERROR,
    summary="A webhook carries no signature, or another than its bytes give.",
    fix="sign last, over exactly the bytes that are sent, in their order",
    example=Example(input="a body that was written anew, keys sorted, after it was signed"),
)
def webhook_is_signed(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Verify a webhook under each open reading; how sure the scheme is says how bad a failure is."""
    recipes = context.recipes.get(interaction.operation, ())
    operation = context.spec.webhooks.get(interaction.operation)
    if operation is None or not recipes:
        return
    now_s = int(interaction.started_s) or None
    verdicts = [_verdict(recipe, interaction, context.keys, now_s) for recipe in recipes]
    told = [verdict for verdict in verdicts if verdict is not None]
    if not told or any(verdict.ok for verdict in told):
        return
    evidence = str(operation.signing["request"].get("x-evidence", "documented"))
    yield webhook_is_signed.rule.finding(  # type: ignore[attr-defined]
        place(interaction, "webhook", "signature"),
        told[0].message,
        severity=severity_of(evidence),
        expected="a signature over what was sent",
        actual=told[0].reason,
        evidence=evidence,
    )


def _verdict(recipe: Recipe, interaction: Interaction, keys: Keys, now_s: int | None) -> Verdict | None:
    try:
        return verify(recipe, interaction.request, keys, now_s=now_s)
    except ToolkitError:
        # Under this reading the key itself would be malformed, so nobody follows it with this key.
        return None


def webhook_form(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Compare a webhook with its documented headers and body."""
    operation = context.spec.webhooks.get(interaction.operation)
    if operation is None:
        return
    for problem in validate.webhook(context.spec, operation, _typed(operation, interaction.request)):
        if problem.soft or problem.keyword in _NO_FAULT:
            continue
        yield _FORM.finding(
            place(interaction, "webhook", problem.pointer),
            problem.message,
            severity=severity_of(problem.evidence or "documented"),
            expected=str(problem.expected or ""),
            actual=str(problem.actual or ""),
            evidence=problem.evidence or "documented",
            claim=str(problem.claim or ""),
        )


def _typed(operation: Operation, message: Message) -> Message:
    """Give the webhook under its expected content type where no document states one."""
    content = (operation.request_body or {}).get("content") or {}
    stated = any(media.get("x-evidence", "documented") == "documented" for media in content.values())
    return message if stated or not content else message.with_header("Content-Type", next(iter(content)))


def judge_webhook(context: Context, interaction: Interaction) -> list[Finding]:
    """Give what there is against one webhook of the gateway's, read with the keys of its receiver."""
    return [*webhook_is_signed(context, interaction), *webhook_form(context, interaction)]
