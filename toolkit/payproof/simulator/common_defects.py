"""Defects that any gateway can have; importing this module registers them."""

from __future__ import annotations

from dataclasses import replace

from payproof.model import Message
from payproof.signing.recipe import Recipe
from payproof.simulator.defects import defect, unguarded
from payproof.simulator.protocol import Answer, Call

unguarded(
    "signatures-ignored",
    "signature",
    "No request signature is looked at.",
    "signature",
    "signature-required",
    part="request",
)
unguarded(
    "signature-optional",
    "signature",
    "A request without a signature is taken as signed.",
    "signature-required",
    "validation:*signature:required",
    part="request",
)
unguarded("no-authentication", "authentication", "No credential is asked for.", "authentication")
unguarded("nothing-validated", "validation", "No documented duty of a request is enforced.", "validation:*")


@defect(
    "error-500-on-unicode",
    "robustness",
    "A request with a character outside ASCII answers 500.",
    stage="request",
)
def _error_500_on_unicode(message: Message) -> Message | Answer:
    path_and_query = message.target.upper()
    foreign = any(byte > 127 for byte in message.body) or b"\\u" in message.body.replace(b"\\u00", b"")
    foreign = foreign or any(f"%{high}" in path_and_query for high in "89ABCDEF")
    if not foreign and message.target.isascii():
        return message
    return Answer(500, {"message": "Internal Server Error"}, reason="planted")


@defect("error-500-on-broken-body", "robustness", "A body that is no JSON answers 500.", stage="request")
def _error_500_on_broken_body(message: Message) -> Message | Answer:
    from payproof.signing.fields import UnreadableBody, body_fields

    if not message.body:
        return message
    try:
        body_fields(message)
    except UnreadableBody:
        return Answer(500, {"message": "Internal Server Error"}, reason="planted")
    return message


@defect("html-error-page", "schema", "Errors answer with an HTML page.", stage="reply")
def _html_error_page(operation: str, message: Message) -> Message:
    if message.status < 400:
        return message
    return replace(
        message, headers=(("Content-Type", "text/html"),), body=b"<html><body><h1>Error</h1></body></html>"
    )


@defect("content-type-text", "headers", "JSON is sent as text/plain.", stage="reply")
def _content_type_text(operation: str, message: Message) -> Message:
    return message.with_header("Content-Type", "text/plain")


@defect("errors-with-200", "status", "A refusal answers 200.", stage="answer")
def _errors_with_200(call: Call, answer: Answer) -> Answer:
    return replace(answer, status=200) if answer.status >= 400 else answer


@defect("success-with-201", "status", "A success answers 201.", stage="answer")
def _success_with_201(call: Call, answer: Answer) -> Answer:
    return replace(answer, status=201) if answer.status == 200 else answer


@defect("body-cut", "schema", "The last character of each body is missing.", stage="reply")
def _body_cut(operation: str, message: Message) -> Message:
    return replace(message, body=message.body[:-1])


@defect(
    "response-other-hash", "signature", "Replies and webhooks are signed with another hash.", stage="recipe"
)
def _response_other_hash(recipe: Recipe, part: str) -> Recipe:
    first = recipe.rounds[0]
    other = "hmac-sha256" if first.digest != "hmac-sha256" else "hmac-sha512"
    return recipe.with_(rounds=(replace(first, digest=other), *recipe.rounds[1:]))


@defect(
    "response-sorted-before-signing",
    "signature",
    "Replies and webhooks are signed over sorted fields.",
    stage="recipe",
    part="response",
)
def _response_sorted(recipe: Recipe, part: str) -> Recipe:
    return recipe.with_(order="bytes")


@defect(
    "response-signature-upper-case",
    "signature",
    "Signatures of replies are written in upper case.",
    stage="recipe",
    part="response",
)
def _response_upper(recipe: Recipe, part: str) -> Recipe:
    return recipe.with_(rounds=(*recipe.rounds[:-1], replace(recipe.rounds[-1], text="hex-upper")))


@defect(
    "webhook-body-rewritten",
    "webhook",
    "The body is written anew after signing.",
    stage="webhook",
    # How a webhook is signed is documented by some gateways and known from SDKs alone by others.
    rests_on="sdk",
)
def _webhook_rewritten(event: str, message: Message) -> Message:
    import json

    try:
        body = json.dumps(json.loads(message.body), indent=1, sort_keys=True)
    except ValueError:
        return message
    return replace(message, body=body.encode())
