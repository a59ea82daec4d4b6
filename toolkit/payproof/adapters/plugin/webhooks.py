"""Signed webhook deliveries for one test."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from payproof.adapters.guard.guard import Guard
from payproof.adapters.plugin.wanted import wanted_of
from payproof.adapters.plugin.watch import guards_of
from payproof.adapters.receiver import receiver_of
from payproof.conformance.deliveries import Deliveries, Delivery, changed
from payproof.gateway import Gateway
from payproof.model import Interaction, Message


@dataclass(frozen=True, slots=True)
class Signed:
    """One signed delivery.

    Args:
        delivery: What travels.
        seen: Told of the answer.
    """

    delivery: Delivery
    seen: Callable[[Delivery, Message], None]

    @property
    def message(self) -> Message:
        """Method, target, headers and body."""
        return self.delivery.message

    @property
    def headers(self) -> dict[str, str]:
        """The headers by name."""
        return self.delivery.headers

    @property
    def body(self) -> bytes:
        """The body's bytes, as they were signed."""
        return self.delivery.body

    @property
    def data(self) -> Any:
        """The body as data."""
        return self.delivery.data

    def to(self, target: Any, **options: Any) -> Message:
        """Hand it to a receiver (see `payproof.adapters.receiver.receiver_of`), and give the answer."""
        answer = receiver_of(target, **options).send(self.message)
        self.seen(self.delivery, answer)
        return answer


class Webhooks:
    """What the `payproof_webhook` fixture gives.

    Args:
        deliveries: Makes them.
        guard: The test's guard, for coverage; None when it has none.
    """

    def __init__(self, deliveries: Deliveries, guard: Guard | None) -> None:
        self._deliveries, self._guard = deliveries, guard

    def __call__(
        self,
        event: str = "",
        changes: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str | None] | None = None,
        merchant: str = "main",
        age_s: float = 0.0,
        **values: Any,
    ) -> Signed:
        """Give a signed delivery.

        Args:
            event: The webhook's name; the most telling one when empty.
            changes: New values by JSON pointer, applied before signing.
            headers: Headers set before signing, such as a delivery's id.
            merchant: With whose keys of the test bed it is signed.
            age_s: How long ago it was signed, in seconds.
            values: New values by name, as far as the name fits one place: `status="Failed"`,
                `order__gross_amount=12`.
        """
        webhook = self._deliveries.webhook(event)
        data = self._deliveries.example(webhook)
        if isinstance(data, dict):
            data = changed(data, {**(changes or {}), **values})
        made = self._deliveries.make(
            webhook.id, data=data, merchant=merchant, headers=headers, at_s=self._deliveries.now_s - age_s
        )
        return Signed(made, self._seen)

    def _seen(self, delivery: Delivery, answer: Message) -> None:
        if self._guard is not None:
            self._guard.extra.append(
                Interaction(
                    delivery.message,
                    answer,
                    delivery.event,
                    time.time(),
                    provenance="sandbox",
                    source="webhook",
                )
            )


def webhooks(item: pytest.Item, gateway: Gateway) -> Webhooks:
    """Give the maker of a test's webhooks."""
    return Webhooks(deliveries(item, gateway), guards_of(item).get(gateway.name))


def deliveries(item: pytest.Item, gateway: Gateway) -> Deliveries:
    """Give what makes deliveries under a test's settings, signed now."""
    fixed = {**gateway.testbed.switches, **wanted_of(item, gateway.name).switches}
    return Deliveries(gateway.spec, gateway.testbed, fixed, time.time())
