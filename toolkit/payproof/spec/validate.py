"""What a request, response or webhook has that its operation does not allow.

Bytes off the network are never the caller's fault: whatever they are, the answer is a list of problems. Only
a spec whose schemas cannot be used raises SpecError.
"""

from __future__ import annotations

from payproof.model import Message
from payproof.spec.bodies import check_body
from payproof.spec.document import Spec
from payproof.spec.parameters import check_headers, check_parameters
from payproof.spec.problem import Problem
from payproof.spec.records import Operation
from payproof.spec.scope import Scope


def request(spec: Spec, operation: Operation, message: Message) -> list[Problem]:
    """Give what a request has against its operation's parameters and body; empty when nothing.

    Args:
        spec: The spec.
        operation: The operation asked for.
        message: The request, with a raw target or an absolute URL.
    """
    scope = Scope(spec, operation.pointer, (operation.raw,))
    found = list(check_parameters(scope, operation, message))
    body = operation.request_body
    if body is not None:
        inner = scope.into("requestBody", body)
        found += check_body(inner, body.get("content"), message, due=body.get("required") is True)
    return found


def webhook(spec: Spec, operation: Operation, message: Message) -> list[Problem]:
    """Give what a webhook's delivery has against its description; empty when nothing."""
    return request(spec, operation, message)


def response(spec: Spec, operation: Operation, message: Message) -> list[Problem]:
    """Give what a response has against the description of its status; empty when nothing."""
    scope = Scope(spec, f"{operation.pointer}/responses", (operation.raw,))
    status = status_key(operation, message.status)
    if status is None:
        shown, known = str(message.status), ", ".join(operation.responses)
        text = f"status {shown} is not documented here"
        return [scope.problem("status", "undocumented-status", text, expected=known, actual=shown)]
    stated = operation.responses[status]
    inner = scope.into(status, stated)
    found = list(check_headers(inner, stated.get("headers"), message)) if "headers" in stated else []
    return found + check_body(inner, stated.get("content"), message, due=True)


def status_key(operation: Operation, status: int) -> str | None:
    """Give the key that documents a status: itself, its class such as `4XX`, or `default`; None for none."""
    keys = (str(status), f"{status // 100}XX", "default")
    return next((key for key in keys if key in operation.responses), None)
