"""Drafts become signed messages, under the reading that the gateway was seen to accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from payproof.conformance.draft import ABSENT, Draft
from payproof.conformance.readings import Reading, Readings
from payproof.conformance.subject import MAIN, Subject
from payproof.model import Message
from payproof.signing import Keys, sign_message
from payproof.spec import Operation


@dataclass(slots=True)
class Signer:
    """Signs what cases send.

    Args:
        subject: Whose keys and settings.
        settled: Switch settings that answers have settled so far.
        chosen: By operationId, the reading that an answer settled.
    """

    subject: Subject
    settled: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, Reading] = field(default_factory=dict)
    _readings: dict[tuple[str, str], Readings] = field(default_factory=dict)

    def readings(self, operation: Operation, part: str = "request") -> Readings:
        """Give the open readings of one part; they stay open when an answer settled one of them."""
        key = (operation.id, part)
        if key not in self._readings:
            self._readings[key] = Readings(self.subject.spec, operation, part, self.subject.fixed)
        return self._readings[key]

    def reading(self, operation: Operation) -> Reading | None:
        """Give the reading to sign by: the first that agrees with what is settled; None when unsigned."""
        if operation.id in self.chosen:
            return self.chosen[operation.id]
        known = self.readings(operation).switched
        agreeing = [one for one in known if _agrees(one.settings, self.settled)]
        return next(iter(agreeing or known), None)

    def settle(self, operation: Operation, reading: Reading) -> None:
        """Sign the operation by this reading from now on, and others wherever its settings matter."""
        self.chosen[operation.id] = reading
        self.settled.update(reading.settings)

    def sign(self, draft: Draft, *, reading: Reading | None = None, keys: Keys | None = None) -> Message:
        """Give the draft's message, signed when its operation is; another signature in it is replaced."""
        chosen = reading or self.reading(draft.operation)
        message = draft.message()
        if chosen is None:
            return message
        return sign_message(chosen.recipe, message, keys or self.subject.keys(MAIN))

    def signature_address(self, operation: Operation) -> str | None:
        """Give the address at which the request's signature travels, or None when it is unsigned."""
        reading = self.reading(operation)
        if reading is None:
            return None
        recipe = reading.recipe
        if recipe.carry.where == "header":
            return f"header/{recipe.carry.name}"
        pointer = recipe.source.pointer.strip("/")
        place = "query" if recipe.source.place == "query" else "body"
        return f"{place}/{pointer + '/' if pointer else ''}{recipe.carry.name}"

    def unsigned(self, draft: Draft) -> Draft:
        """Give the draft without a signature of its own."""
        address = self.signature_address(draft.operation)
        return draft if address is None else draft.put(address, ABSENT)


def _agrees(settings: Mapping[str, str], settled: Mapping[str, str]) -> bool:
    return all(settled.get(name, setting) == setting for name, setting in settings.items())
