"""From a gateway's answer to the reply on the wire: written as JSON, signed where the spec says so."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from payproof.errors import ToolkitError
from payproof.model import Header, Message
from payproof.signing import sign_message
from payproof.signing.fields import carries_form
from payproof.simulator.defects import Planted
from payproof.simulator.gate import Gate
from payproof.simulator.jsontext import encoded
from payproof.simulator.protocol import Answer, Behaviours, Call, Merchant
from payproof.simulator.store import World
from payproof.simulator.webhooks import Notice
from payproof.spec import Operation, Spec

INVENTED = "X-Payproof-Invented"


class Writer:
    """Writes and signs replies and webhooks.

    Args:
        spec: Says which part is signed.
        gate: Knows the recipes.
        behaviours: Give a webhook's headers.
        planted: Defects in recipes, replies and webhooks.
        merchants: By name, with the keys.
    """

    def __init__(
        self, spec: Spec, gate: Gate, behaviours: Behaviours, planted: Planted, merchants: dict[str, Merchant]
    ) -> None:
        self._spec, self._gate, self._behaviours = spec, gate, behaviours
        self._planted, self._merchants = planted, merchants

    def reply(self, answer: Answer, operation: Operation | None, call: Call | None = None) -> Message:
        """Give the reply to an answer, signed for the call's merchant when there is a call."""
        reply = unsigned(answer)
        if call is not None and call.merchant is not None:
            reply = self._signed(reply, call, call.merchant)
        return self._planted.reply(operation.id if operation else "", reply)

    def _signed(self, reply: Message, call: Call, merchant: Merchant) -> Message:
        rule = call.operation.signing.get("response") or {}
        if str(reply.status) not in map(str, rule.get("statuses") or ("200",)):
            return reply
        recipe = self._gate.recipe(call.operation, "response", call.world.switches)
        if recipe is None:
            return reply
        try:
            return sign_message(self._planted.recipe(recipe, "response"), reply, merchant.keys)
        except ToolkitError:
            # A planted defect can leave nothing that could be signed: the reply goes out as it is.
            if self._planted:
                return reply
            raise

    def webhook(self, notice: Notice, world: World) -> Message:
        """Give one attempt at a webhook, signed now; its target is the path of the notice's URL."""
        operation, merchant = self._spec.webhooks[notice.event], self._merchants[notice.merchant]
        attempt = len(notice.attempts) + 1
        headers = self._behaviours.webhook_headers(notice, attempt, world)
        message = _noticed(operation, notice, tuple(headers))
        recipe = self._gate.recipe(operation, "webhook", world.switches)
        if recipe is not None:
            message = sign_message(self._planted.recipe(recipe, "webhook"), message, merchant.keys)
        return self._planted.webhook(notice.event, message)


def _noticed(operation: Operation, notice: Notice, headers: tuple[Header, ...]) -> Message:
    """Give a notice unsigned: JSON, or a form or the URL's parameters where its operation says so."""
    target = "/" + notice.url.partition("://")[2].partition("/")[2]
    if operation.method == "GET":
        mark = "&" if "?" in target else "?"
        return Message("GET", f"{target}{mark}{urlencode(notice.body)}", headers)
    message = Message("POST", target, headers)
    body = urlencode(notice.body).encode() if carries_form(message) else encoded(notice.body)
    return replace(message, body=body)


def unsigned(answer: Answer) -> Message:
    """Give an answer as a message without a signature."""
    body = answer.raw if answer.raw is not None else b"" if answer.body is None else encoded(answer.body)
    headers: list[Header] = [("Content-Type", answer.media_type)] if body else []
    headers.extend(answer.headers)
    if answer.invented:
        headers.append((INVENTED, answer.invented))
    return Message(status=answer.status, headers=tuple(headers), body=body)
