"""Is the answer signed as documented, over what it says?"""

from __future__ import annotations

from collections.abc import Iterator

from payproof.checks.context import Context, place
from payproof.model import Finding, Interaction, Location, Severity
from payproof.rules import Example, Rule, register, rule
from payproof.signing import Recipe, verify

_MISSING = register(
    Rule(
        "response-signature-missing",
        Severity.ERROR,
        "An answer that is documented as signed carries no signature.",
        fix="sign the answer as the documents describe",
        example=Example(input={"status": "Success", "signature": None}),
    )
)
_HASH = register(
    Rule(
        "response-hash-differs",
        Severity.ERROR,
        "Answers are signed with another hash than requests, though the documents give one for both.",
        fix="sign answers with the hash by which requests are verified",
        example=Example(input={"requests": "hmac-sha512", "answers": "hmac-sha256"}),
    )
)
_ABSENT = frozenset({"missing-signature", "empty-signature"})


@rule(
    id="response-signature-wrong",
    severity=Severity.ERROR,
    summary="An answer's signature is not the one its values give.",
    fix="sign last, over exactly the values that are sent, with the key of the merchant who asked",
    example=Example(input="a transaction whose status was changed after it was signed"),
)
def response_is_signed(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Verify the signature of successes whose answer is documented as signed, under each open reading."""
    operation = context.operation(interaction)
    recipes = context.recipes.get(interaction.operation, ())
    if operation is None or not recipes or interaction.response is None or interaction.response.unread:
        return
    statuses = [str(one) for one in (operation.signing["response"].get("statuses") or ["200"])]
    if str(interaction.response.status) not in statuses or context.outcome(interaction) != "success":
        return
    verdicts = [verify(recipe, interaction.response, context.keys) for recipe in recipes]
    right = {_digest(one) for one, verdict in zip(recipes, verdicts, strict=True) if verdict.ok}
    if right:
        context.answer_digests.setdefault(interaction.operation, set()).update(right)
        return
    row: Rule = _MISSING if verdicts[0].reason in _ABSENT else response_is_signed.rule  # type: ignore[attr-defined]
    yield row.finding(
        place(interaction, "response", "signature"),
        verdicts[0].message,
        expected="a signature over what was sent",
        actual=verdicts[0].reason,
        details={"readings tried": len(recipes)},
    )


def one_hash(context: Context, accepted: set[str], open_: set[str]) -> Iterator[Finding]:
    """Find answers signed with a hash that the gateway does not take in requests.

    Documents that leave the hash open leave it open once, for both directions: each answer alone fits some
    reading, and no reading fits them together.

    Args:
        context: After the run.
        accepted: Digests of the signatures with which requests were accepted.
        open_: Digests that the documents leave open for requests.
    """
    for operation, found in context.answer_digests.items():
        if accepted and not found & accepted and found <= open_:
            spot = Location(operation, "response", "signature")
            shown, wanted = ", ".join(sorted(found)), ", ".join(sorted(accepted))
            message = f"answers are signed with {shown}, requests with {wanted}"
            yield _HASH.finding(spot, message, expected=wanted, actual=shown)


def _digest(recipe: Recipe) -> str:
    return recipe.rounds[-1].digest
