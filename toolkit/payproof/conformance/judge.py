"""What any request deserves by the documents, judged from its bytes alone: the ground for generated cases."""

from __future__ import annotations

import re

from payproof.conformance.case import refused
from payproof.conformance.draft import Absent
from payproof.conformance.signer import Signer
from payproof.conformance.subject import MAIN
from payproof.errors import KeyMaterialError
from payproof.model import Expectation, Message
from payproof.signing import Recipe, verify
from payproof.spec import Operation, Problem, validate

#: Verdicts that a gateway cannot read another way; a repeated key or an unreadable body it may.
_SURELY_WRONG = frozenset({"mismatch", "missing-signature", "empty-signature", "malformed-signature"})
#: A text of letters alone, as problems quote it; not the words that some readers take for a number.
_WORDS = re.compile(r'"(?!(?:true|false|null|nan|inf|infinity|on|off|yes|no)")[A-Za-z]{4,}"', re.IGNORECASE)
_UNSIGNED = "request-signature-not-checked"
_SCALARS = ("string", "number", "integer", "boolean")


def judge(signer: Signer, operation: Operation, message: Message) -> Expectation:
    """Expect no success of a request that breaks a documented rule; leave every other one open.

    A request that breaks none may still be refused for reasons which only the gateway knows.
    """
    return (
        _judge_credentials(signer, operation, message)
        or _judge_signature(signer, operation, message)
        or judge_form(signer, operation, message)
        or Expectation("open", "nothing documented is broken")
    )


def _judge_credentials(signer: Signer, operation: Operation, message: Message) -> Expectation | None:
    for address, role, value in signer.subject.credentials(operation):
        where, _, name = address.partition("/")
        if where == "header" and message.header(name) != value:
            return refused(f"the credential {name} is absent or wrong", "credentials-not-checked")
        if where == "header" and len(message.header_values(name)) > 1:
            return Expectation("open", f"the credential {role} stands twice")
    return None


def _judge_signature(signer: Signer, operation: Operation, message: Message) -> Expectation | None:
    readings = signer.readings(operation)
    if not readings.rule or readings.default is None:
        return None
    keys = signer.subject.keys(MAIN)
    try:
        verdicts = [_verdict(reading.recipe, message, keys) for reading in readings.all]
    except KeyMaterialError as error:
        return Expectation("open", f"the signature cannot be judged: {error.what}", _UNSIGNED, "unknown")
    if "valid" in verdicts:
        return None
    if not all(reason in _SURELY_WRONG for reason in verdicts):
        return Expectation("open", "the signature cannot be judged", _UNSIGNED, "unknown")
    if "missing-signature" in verdicts and readings.rule.get("required", True) is not True:
        why = "whether a signature must be there is not documented"
        return Expectation("open", why, _UNSIGNED, "unknown")
    return refused("its signature fits no open reading", _UNSIGNED)


def _verdict(recipe: Recipe, message: Message, keys: object) -> str:
    verdict = verify(recipe, message, keys)  # type: ignore[arg-type]
    return "valid" if verdict.ok else verdict.reason


def judge_form(signer: Signer, operation: Operation, message: Message) -> Expectation | None:
    """Expect no success of a request whose parameters or body break a documented constraint."""
    problems = [
        one
        for one in validate.request(signer.subject.spec, operation, message)
        if not one.soft and one.keyword not in ("undocumented-parameter", "undocumented-content-type")
    ]
    address = signer.signature_address(operation)
    own = [one for one in problems if address is None or not address.endswith(one.pointer.lstrip("/") or "?")]
    sure = [one for one in own if (one.enforced or one.evidence) == "documented"]
    worst = next((one for one in sure if not may_be_coerced(one)), None)
    if worst is not None:
        return refused(f"{worst.pointer or 'the body'}: {worst.message}", "invalid-request-accepted")
    return None


def is_clean(signer: Signer, operation: Operation, message: Message, address: str) -> bool:
    """Say whether nothing stands against the request's form, nor a contradicted limit at the address."""
    pointer = address.removeprefix("body")
    problems = validate.request(signer.subject.spec, operation, message)
    return all(
        one.pointer != pointer if one.soft else one.keyword.startswith("undocumented-") for one in problems
    )


def may_be_coerced(problem: Problem) -> bool:
    """Say whether the value has only another scalar type, which a lenient reader takes: `"11"` for 11.

    No reader takes words for a number.
    """
    if problem.keyword != "type":
        return False
    if str(problem.expected) in ("number", "integer") and _WORDS.fullmatch(str(problem.actual)):
        return False
    return (
        any(word in str(problem.expected) for word in _SCALARS)
        and str(problem.actual).lstrip()[:1] not in "{["
    )


def is_absent(value: object) -> bool:
    """Say whether a draft's value is not there."""
    return isinstance(value, Absent)
