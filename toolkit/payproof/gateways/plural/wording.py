"""Plural's error body and its codes.

Source: Plural list of error codes (documented): `{code, message, additional_error_details?}`. Which code
answers an operation in the wrong state stands nowhere; OPERATION_NOT_ALLOWED is the only one that fits, so
those replies are marked invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from payproof.gateways.plural.records import words
from payproof.simulator.protocol import Answer, Refusal
from payproof.simulator.store import World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from payproof.spec import Problem


class Declined(Exception):
    """An operation is refused; `answer` says how."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.reason)
        self.answer = answer


def failure(code: str, message: str, status: int, *, invented: str = "", steady: bool = False) -> Answer:
    """Give an error body with its status."""
    body = {"code": code, "message": message}
    return Answer(status, body, invented=invented, reason=code.lower().replace("_", "-"), steady=steady)


def invalid(message: str, *, invented: str = "") -> Answer:
    """Give 400 INVALID_REQUEST."""
    return failure("INVALID_REQUEST", message, 400, invented=invented)


def not_allowed(message: str, why: str = "which code answers this is not documented") -> Answer:
    """Give 422 OPERATION_NOT_ALLOWED, for what the state or the money forbids."""
    return failure("OPERATION_NOT_ALLOWED", message, 422, invented=why)


def not_found(world: World, *, invented: str = "") -> Answer:
    """Give the refusal of an id that this merchant does not have; a switch says with which status."""
    status = 422 if world.setting("order-not-found-status", "http-404") == "http-422" else 404
    return failure("ORDER_NOT_FOUND", "There is no such order.", status, invented=invented)


def duplicate() -> Answer:
    """Give the documented refusal of a reference that was used before."""
    return failure("DUPLICATE_REQUEST", "Duplicate Merchant Reference ID received", 422)


def refused(refusal: Refusal, world: World) -> Answer:
    """Word what the engine refused."""
    if refusal.kind == "validation":
        return invalid(_sentence(refusal.problems))
    if refusal.kind == "unreadable-body":
        return invalid("The body is no JSON object.", invented="no document shows an unreadable body")
    if refusal.kind == "unauthenticated":
        return unauthorised(world)
    status, code, message = _INVENTED.get(refusal.kind, (400, "INVALID_REQUEST", "Bad request."))
    if refusal.kind == "fault":
        status = refusal.status or status
        code = _BY_STATUS.get(status, code)
        message = words(code)
    return failure(code, message, status, invented=f"no document shows this refusal ({refusal.kind})")


def unauthorised(world: World) -> Answer:
    """Give the 401, with a code or without as the switch says."""
    body = {"code": "UNAUTHORIZED", "message": "Unauthorized"}
    if world.setting("unauthorized-body", "code-and-message") == "message-only":
        del body["code"]
    return Answer(401, body, reason="unauthorized")


_INVENTED: Mapping[str, tuple[int, str, str]] = {
    "unknown-path": (404, "INVALID_REQUEST", "There is nothing at this path."),
    "wrong-method": (405, "INVALID_REQUEST", "This method is not allowed here."),
    "media-type": (400, "INVALID_REQUEST", "Send JSON."),
    "signature": (401, "UNAUTHORIZED", "The signature does not match."),
    "not-offered": (404, "INVALID_REQUEST", "The sandbox does not offer this."),
    "fault": (500, "INTERNAL_ERROR", "Internal error."),
    "bug": (500, "INTERNAL_ERROR", "Internal error."),
}
_BY_STATUS: Mapping[int, str] = {
    401: "UNAUTHORIZED",
    404: "ORDER_NOT_FOUND",
    422: "OPERATION_NOT_ALLOWED",
    429: "API_RATE_LIMIT",
    504: "TIMED_OUT",
}


def _sentence(problems: Iterable[Problem]) -> str:
    """Say which fields are wrong, and nothing of the values: they could be secret."""
    names = dict.fromkeys(problem.pointer.strip("/") or "body" for problem in problems)
    return "Invalid request: " + ", ".join(list(names)[:5])
