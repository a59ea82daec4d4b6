"""The receiver suite for one test."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from payproof.adapters.guard.guard import Guard
from payproof.adapters.plugin.watch import guards_of
from payproof.adapters.plugin.webhooks import deliveries
from payproof.adapters.receiver import receiver_of
from payproof.conformance.deliveries import Deliveries
from payproof.gateway import Gateway
from payproof.model import Interaction, Message
from payproof.run.receiver import Suite, Verdict
from payproof.run.receiver_suite import attack
from payproof.run.receiver_text import table


class ReceiverSuite:
    """What the `payproof_receiver_suite` fixture gives.

    Args:
        deliveries: Makes what is sent.
        guard: The test's guard, for coverage; None when it has none.
    """

    def __init__(self, deliveries: Deliveries, guard: Guard | None) -> None:
        self._deliveries, self._guard = deliveries, guard

    def __call__(
        self,
        target: Any,
        *,
        effects: Callable[[], Any] | None = None,
        prepare: Callable[[Any], None] | None = None,
        event: str = "",
        previous: str = "",
        allow: tuple[str, ...] | list[str] = (),
        check: bool = True,
        **options: Any,
    ) -> list[Verdict]:
        """Attack a receiver, give one verdict for each property, and fail the test for broken ones.

        Args:
            target: A URL, application, test client or function; see `payproof.adapters.receiver.receiver_of`.
            effects: Gives what the receiver did so far, comparable by `==`.
            prepare: Called with the body of each delivery before it is sent, to make its object known.
            event: The webhook to use; the most telling one when empty.
            previous: The merchant of the test bed whose keys are taken too, while keys are rotated.
            allow: Ids of properties that may be broken.
            check: Whether broken properties fail the test.
            options: `path` and `refuses`, for the receiver.
        """
        receiver = receiver_of(target, **options)

        def send(message: Message) -> Message:
            answer = receiver.send(message)
            self._saw(suite.webhook.id, message, answer)
            return answer

        suite = Suite(self._deliveries, send, event, effects, prepare, previous)
        verdicts = attack(suite)
        broken = [one for one in verdicts if one.word == "broken" and one.property.id not in allow]
        if check and broken:
            pytest.fail(table(verdicts, receiver.kind), pytrace=False)
        return verdicts

    def _saw(self, event: str, message: Message, answer: Message) -> None:
        if self._guard is not None:
            self._guard.probes.append(
                Interaction(
                    message, answer, event, time.time(), provenance="generated", source="receiver suite"
                )
            )


def receiver_suite(item: pytest.Item, gateway: Gateway) -> ReceiverSuite:
    """Give the suite under a test's settings."""
    return ReceiverSuite(deliveries(item, gateway), guards_of(item).get(gateway.name))
