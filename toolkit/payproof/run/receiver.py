"""A webhook receiver on the bench: what it does with honest, forged, repeated and broken deliveries.

Theory of operation. Everything is derived from the signing scheme in the spec. Each delivery is about a new
object and has a new id, so that one property cannot hide behind another (a forged delivery must not be
dropped as a duplicate). Status codes say whether a delivery was taken; what a receiver *did* is only seen
when the caller gives `effects`, so properties about side effects are not observable without it. If honest
deliveries are not taken, nothing else says anything, and the report says just that.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from payproof.conformance.deliveries import Deliveries, Delivery, nodes, put
from payproof.model import Message
from payproof.run.receiver_rows import BY_ID, Property
from payproof.signing import Recipe, verify
from payproof.simulator.settings import accepted
from payproof.spec import Operation

Word = Literal["held", "broken", "not applicable", "not observable"]
NO_EFFECTS = "give effects: a function that shows what the receiver did, such as its orders and their states"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one property.

    Args:
        property: Which.
        word: `held`, `broken`, `not applicable` or `not observable`.
        message: What was seen, or why it does not apply, or how to make it observable.
        evidence: How sure the claim is that deliveries are signed so.
    """

    property: Property
    word: Word
    message: str
    evidence: str = "documented"

    def __str__(self) -> str:
        fix = f" ({self.property.fix})" if self.word == "broken" else ""
        return f"{self.property.id}: {self.word}: {self.message}{fix}"


@dataclass(frozen=True, slots=True)
class Seen:
    """One delivery and what came of it; `acted` is None when effects are not observable."""

    what: str
    answer: Message
    taken: bool
    acted: bool | None

    @property
    def crashed(self) -> bool:
        """Whether there was no answer, or one that says that the receiver itself failed."""
        return self.answer.status == 0 or self.answer.status >= 500

    @property
    def shown(self) -> str:
        """The status in words."""
        kind = self.answer.header("X-Payproof-Crashed")
        return f"status {self.answer.status or 'none'}" + (f" ({kind})" if kind else "")


@dataclass(slots=True)
class Suite:
    """One receiver under attack.

    Args:
        deliveries: Makes deliveries.
        send: Hands one to the receiver and gives its answer.
        event: The webhook to use; the most telling one when empty.
        effects: Gives what the receiver did so far, comparable by `==`.
        prepare: Called with the body of each delivery before it is sent, to make its object known.
        previous: The merchant in the test bed whose keys the receiver takes too, while keys are rotated.
    """

    deliveries: Deliveries
    send: Callable[[Message], Message]
    event: str = ""
    effects: Callable[[], Any] | None = None
    prepare: Callable[[Any], None] | None = None
    previous: str = ""
    _webhook: Operation = field(init=False)
    _recipe: Recipe | None = field(init=False)
    _refused: list[Seen] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        self._webhook = self.deliveries.webhook(self.event)
        self._recipe = self.deliveries.recipe(self._webhook)

    @property
    def recipe(self) -> Recipe | None:
        """The scheme of its signature, None when it is unsigned."""
        return self._recipe

    @property
    def webhook(self) -> Operation:
        """The webhook in use."""
        return self._webhook

    @property
    def refused(self) -> list[Seen]:
        """Every delivery so far that should have been refused."""
        return self._refused

    def fresh(self, data: Any = None) -> Any:
        """Give the documented body, or the given one, about an object that was never heard of."""
        self._number += 1
        body = self.deliveries.example(self._webhook) if data is None else data
        texts = {one.subject for one in self.deliveries.seen(self._webhook.id, body)}
        for pointer, value in list(nodes(body)):
            if isinstance(value, str) and value in texts:
                body = put(body, pointer, renumbered(value, self._number))
        return body

    def make(self, data: Any = None, **more: Any) -> Delivery:
        """Give a delivery about a new object."""
        return self.deliveries.make(self._webhook.id, data=self.fresh(data), **more)

    def hand(self, what: str, message: Message, data: Any = None) -> Seen:
        """Send a delivery and see what comes of it."""
        if self.prepare is not None and data is not None:
            self.prepare(data)
        before = copy.deepcopy(self.effects()) if self.effects else None
        answer = self.send(message)
        acted = None if self.effects is None else self.effects() != before
        return Seen(what, answer, accepted(self._webhook, answer.status), acted)

    def refusal(self, id_: str, forged: Iterator[tuple[str, Message, Any]]) -> Verdict:
        """Give the verdict on deliveries that must be refused."""
        seen = [self.hand(what, message, data) for what, message, data in forged]
        self._refused += seen
        if not seen:
            return self.verdict(id_, "not observable", "the documented example has nothing to change")
        for one in seen:
            if one.crashed:
                return self.verdict(id_, "broken", f"{one.what}: {one.shown} where a refusal was due")
            if one.taken and one.acted is not False:
                did = " and acted on" if one.acted else ""
                return self.verdict(id_, "broken", f"{one.what}: taken{did} with {one.shown}")
        silent = any(one.taken for one in seen)
        note = "; taken, but nothing was done with it" if silent else ""
        return self.verdict(id_, "held", f"{len(seen)} tried{note}")

    def verdict(self, id_: str, word: Word, message: str) -> Verdict:
        """Give a verdict with the evidence of the scheme."""
        rule: Mapping[str, Any] = (self._webhook.signing or {}).get("request") or {}
        return Verdict(BY_ID[id_], word, message, str(rule.get("x-evidence", "documented")))

    def genuine(self, message: Message) -> bool:
        """Say whether a delivery's signature is right after all."""
        assert self._recipe is not None
        return verify(self._recipe, message, self.deliveries.keys()).ok


def renumbered(text: str, number: int) -> str:
    """Give a text of the same shape whose last digits (at most six) say a number."""
    digits, made = list(f"{number:06d}"), []
    for character in reversed(text):
        made.append(digits.pop() if character.isdigit() and digits else character)
    return "".join(reversed(made))
