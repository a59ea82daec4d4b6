"""From a message to a call: matched, authenticated, read, validated and its signature verified.

Each stage is a guard that a planted defect can switch off. What a stage refuses is worded by the gateway's
own code; the engine says only why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from payproof.model import Message
from payproof.signing import scheme_for, verify
from payproof.signing.fields import UnreadableBody, body_fields
from payproof.signing.recipe import Recipe
from payproof.signing.verdict import Verdict
from payproof.simulator.defects import Planted
from payproof.simulator.jsontext import plain
from payproof.simulator.merchants import Doorkeeper
from payproof.simulator.protocol import Behaviours, Call, Merchant, Refusal
from payproof.simulator.reading import last_wins
from payproof.simulator.store import World
from payproof.spec import Match, Operation, Problem, Spec, match
from payproof.spec import validate as check

_WHY_NOT = {
    "missing-credential": "a credential is missing",
    "repeated-credential": "a credential stands more than once",
    "wrong-credential": "the credentials are not those of one merchant",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass
class Turned(Exception):
    """A request that goes no further, with what was known of it so far."""

    refusal: Refusal
    operation: Operation | None = None
    merchant: Merchant | None = None
    recipe: Recipe | None = None
    allow: tuple[str, ...] = ()


class Gate:
    """Lets a request in as a `Call`, or turns it away.

    Args:
        spec: What is documented.
        doorkeeper: Checks credentials.
        behaviours: Asked whether a call must be signed where the spec leaves it open.
        planted: Defects that may switch a guard off.
    """

    def __init__(self, spec: Spec, doorkeeper: Doorkeeper, behaviours: Behaviours, planted: Planted) -> None:
        self._spec, self._doorkeeper = spec, doorkeeper
        self._behaviours, self._planted = behaviours, planted
        self._recipes: dict[tuple[str, str], Recipe | None] = {}

    def forget_recipes(self) -> None:
        """Read recipes anew, since a switch may have changed them."""
        self._recipes.clear()

    def recipe(self, operation: Operation, part: str, switches: Mapping[str, str]) -> Recipe | None:
        """Give the recipe of one part of an operation or webhook, None where that part is unsigned."""
        slot = (f"{operation.kind} {operation.id}", part)
        if slot not in self._recipes:
            found = scheme_for(self._spec, operation, part, switches)
            self._recipes[slot] = found if isinstance(found, Recipe) else None
        return self._recipes[slot]

    def admit(self, message: Message, world: World) -> Call:
        """Give the call.

        Raises:
            Turned: when a guard refuses it.
        """
        found = match(self._spec, message)
        if found is None:
            raise self._unmatched(message)
        merchant = self._authenticated(found.operation, message, world)
        call = self._read(found, message, merchant, world)
        self._validate(call)
        self._verify(call)
        return call

    def _unmatched(self, message: Message) -> Turned:
        others = [
            method
            for method in METHODS
            if method != message.method and match(self._spec, replace(message, method=method)) is not None
        ]
        if others:
            why = f"this path answers {', '.join(others)}, not {message.method[:20]}"
            return Turned(Refusal("wrong-method", "wrong-method", why), allow=tuple(others))
        return Turned(Refusal("unknown-path", "unknown-path", "no operation has this path"))

    def _authenticated(self, operation: Operation, message: Message, world: World) -> Merchant | None:
        found = self._doorkeeper.admit(operation, message, world)
        if not isinstance(found, str):
            return found
        if self._planted.skips("authentication") or self._planted.skips(f"authentication:{operation.id}"):
            return self._doorkeeper.claimed(message) or next(iter(self._doorkeeper.merchants.values()), None)
        raise Turned(Refusal("unauthenticated", found, _WHY_NOT[found]), operation)

    def _read(self, found: Match, message: Message, merchant: Merchant | None, world: World) -> Call:
        fields: Any = {}
        if message.body and found.operation.request_body is not None:
            try:
                fields = plain(body_fields(message))
            except UnreadableBody as error:
                refusal = Refusal("unreadable-body", "unreadable-body", str(error))
                raise Turned(refusal, found.operation, merchant) from None
        return Call(
            operation=found.operation,
            message=message,
            path=found.path_params,
            query=last_wins(found.query),
            fields=fields if isinstance(fields, dict) else {},
            merchant=merchant,
            world=world,
            skips=self._planted.skips,
        )

    def _validate(self, call: Call) -> None:
        problems = check.request(self._spec, call.operation, call.message)
        hard = tuple(one for one in problems if self._counts(call.operation, one))
        if not hard:
            return
        kind = {"undocumented-content-type": "media-type", "unreadable-body": "unreadable-body"}
        raise Turned(
            Refusal(
                kind.get(hard[0].keyword, "validation"),  # type: ignore[arg-type]
                kind.get(hard[0].keyword, "validation"),
                "; ".join(f"{one.pointer}: {one.message}" for one in hard[:5]),
                problems=hard,
            ),
            call.operation,
            call.merchant,
        )

    def _counts(self, operation: Operation, problem: Problem) -> bool:
        # Names that no document lists are ignored, as the PHP servers that gateways run do.
        if problem.soft or problem.keyword == "undocumented-parameter":
            return False
        spot = f"validation:{operation.id}:{problem.pointer}"
        return not self._planted.skips(f"{spot}:{problem.keyword}")

    def _verify(self, call: Call) -> None:
        recipe = self.recipe(call.operation, "request", call.world.switches)
        if recipe is None or call.merchant is None:
            return
        verdict = verify(recipe, call.message, call.merchant.keys, now_s=call.world.now_s)
        if verdict.ok or self._excused(call, recipe, verdict):
            return
        refusal = Refusal("signature", verdict.reason, verdict.message, verdict=verdict)
        raise Turned(refusal, call.operation, call.merchant, recipe)

    def _excused(self, call: Call, recipe: Recipe, verdict: Verdict) -> bool:
        if verdict.reason == "missing-signature":
            rule = (call.operation.signing.get("request") or {}).get("required", True)
            due = self._behaviours.signature_due(call) if rule == "unknown" else bool(rule)
            return not due or self._planted.skips("signature-required")
        if self._planted.skips("signature") or self._planted.skips(f"signature:{call.operation.id}"):
            return True
        return self._planted.verify(call, recipe, verdict)
