"""PayKun's two error envelopes and its words.

Source: PayKun API reference, the 400 samples (documented): validation errors are an array of objects with
`field`, business errors one object. What a bad credential or signature answers stands nowhere, so those
replies are marked invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from payproof.simulator.protocol import Answer, Refusal
from payproof.simulator.store import World

if TYPE_CHECKING:
    from payproof.spec import Problem

HREF = "http://api.paykun.com/#error_codes"


class FieldError(Exception):
    """A field breaks a rule that the schema cannot state; `message` is PayKun's text."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field, self.message = field, message


def success(message: str, data: Mapping[str, Any], *, steady: bool = False) -> Answer:
    """Give a 200 with PayKun's success envelope."""
    return Answer(200, {"status": True, "data": {"message": message, **data}}, steady=steady)


def business(
    code: str, message: str, status: int = 400, *, invented: str = "", steady: bool = False
) -> Answer:
    """Give a business error: `errors` is one object."""
    error = {"errorMessage": message, "errorCode": code, "href": HREF}
    return Answer(status, {"status": False, "errors": error}, invented=invented, reason=code, steady=steady)


def invalid(rows: Iterable[tuple[str, str]], *, invented: str = "") -> Answer:
    """Give a validation error: `errors` is an array of (field, message) rows."""
    errors = [
        {"field": field, "errorMessage": message, "errorCode": "validationError", "href": HREF}
        for field, message in rows
    ]
    return Answer(400, {"status": False, "errors": errors}, invented=invented, reason="validationError")


def not_found(*, steady: bool = True, invented: str = "") -> Answer:
    """Give the documented reply for an id that this merchant does not have."""
    return business("dataNotFound", "Record does not exist", steady=steady, invented=invented)


def label(field: str) -> str:
    """Give a field's name as PayKun's messages write it: `page number`."""
    return field.replace("_", " ")


def refused(refusal: Refusal, world: World) -> Answer:
    """Word what the engine refused; two switches say with which status."""
    if refusal.kind == "validation":
        return invalid(_rows(refusal.problems))
    if refusal.kind == "signature" and refusal.reason == "missing-signature":
        return invalid(
            [("signature", "Please provide signature")], invented="no document shows a missing signature"
        )
    status, code, message = _INVENTED.get(refusal.kind, (400, "badRequest", "Bad request"))
    if refusal.kind in _SWITCHED:
        status = int(world.setting(_SWITCHED[refusal.kind], str(status)))
    if refusal.kind == "fault":
        status = refusal.status or status
    return business(code, message, status, invented=f"no document shows this refusal ({refusal.kind})")


_SWITCHED = {"unauthenticated": "unauthorised-status", "signature": "bad-signature-status"}
_INVENTED = {
    "unauthenticated": (401, "unauthorizedRequest", "Unauthorized Request"),
    "signature": (400, "invalidSignature", "Signature does not match"),
    "unknown-path": (404, "notFound", "There is nothing at this path"),
    "wrong-method": (405, "methodNotAllowed", "This method is not allowed here"),
    "media-type": (400, "unsupportedMediaType", "Send JSON or a form"),
    "unreadable-body": (400, "unreadableBody", "The body cannot be read"),
    "not-offered": (404, "notFound", "The sandbox does not offer this"),
    "fault": (503, "serviceUnavailable", "Service unavailable"),
    "bug": (500, "serverError", "Something went wrong"),
}


def _rows(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    rows: dict[str, str] = {}
    for problem in problems:
        absent = problem.keyword in ("required", "missing-body", "dependentRequired", "minLength")
        for field in fields_of(problem):
            verb = "Please provide" if absent else "Please provide valid"
            rows.setdefault(field, f"{verb} {label(field)}")
    return list(rows.items())


def fields_of(problem: Problem) -> list[str]:
    """Name the fields that a problem is about, as PayKun's `field` does."""
    where = problem.pointer.strip("/").split("/")
    if where[0] in ("query", "header", "path", "cookie") and len(where) > 1:
        return [where[1]]
    return [where[0] or "request"]
