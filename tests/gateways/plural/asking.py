"""A client of Plural's sandbox for the tests here: in process, on a clock of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from payproof import gateway as gateways
from payproof.gateway import Gateway
from payproof.model import Message
from payproof.simulator.engine import Simulator
from payproof.simulator.webhooks import Delivery

NOW_S = 1_800_000_000.0
MAIN = {"client_id": "test-client-main", "client_secret": "test-client-secret-main"}
SECOND = {"client_id": "test-client-second", "client_secret": "test-client-secret-second"}


@lru_cache(maxsize=1)
def gateway() -> Gateway:
    """Plural, read once."""
    return gateways.load("plural")


def paisa(value: int) -> dict[str, Any]:
    """An amount."""
    return {"value": value, "currency": "INR"}


@dataclass
class Client:
    """Sends requests and gives (status, body); `invented` says why the last reply was made up, if it was."""

    simulator: Simulator
    now_s: float = NOW_S
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    made: int = 0
    invented: str = ""

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        rows = [("Content-Type", "application/json")] if body is not None else []
        rows += [("Authorization", f"Bearer {self.token}")] if self.token else []
        raw = json.dumps(body).encode() if body is not None else b""
        reply = self.simulator.handle(Message(method, path, (*rows, *self.headers.items()), raw), self.now_s)
        assert isinstance(reply, Message)
        assert reply.header("X-Payproof-Bug") is None, self.simulator.log.entries[-1].trace
        self.invented = reply.header("X-Payproof-Invented") or ""
        return reply.status, json.loads(reply.body)

    def sign_in(self, keys: dict[str, str] | None = None) -> tuple[int, Any]:
        body = {**(keys or MAIN), "grant_type": "client_credentials"}
        self.token = ""
        answer = self.send("POST", "/api/auth/v1/token", body)
        self.token = answer[1].get("access_token", "")
        return answer

    def reference(self) -> str:
        self.made += 1
        return f"ref-{self.made}"

    def create(self, value: int = 1100, **more: Any) -> tuple[int, Any]:
        body = {"merchant_order_reference": self.reference(), "order_amount": paisa(value), **more}
        return self.send("POST", "/api/pay/v1/orders", body)

    def order(self, value: int = 1100, **more: Any) -> str:
        return str(self.create(value, **more)[1]["data"]["order_id"])

    def pay(self, order: str, value: int = 1100, method: str = "CARD", **more: Any) -> tuple[int, Any]:
        item = {
            "merchant_payment_reference": self.reference(),
            "payment_amount": paisa(value),
            "payment_method": method,
            **more,
        }
        return self.send("POST", f"/api/pay/v1/orders/{order}/payments", {"payments": [item]})

    def read(self, order: str) -> Any:
        return self.send("GET", f"/api/pay/v1/orders/{order}")[1]["data"]

    def paid(self, value: int = 1100, **more: Any) -> str:
        """An order whose payment has settled."""
        order = self.order(value, **more)
        self.pay(order, value)
        self.read(order)
        return order

    def capture(self, order: str, value: int | None = None) -> tuple[int, Any]:
        amount = {} if value is None else {"capture_amount": paisa(value)}
        body = {"merchant_capture_reference": self.reference(), **amount}
        return self.send("PUT", f"/api/pay/v1/orders/{order}/capture", body)

    def cancel(self, order: str) -> tuple[int, Any]:
        return self.send("PUT", f"/api/pay/v1/orders/{order}/cancel")

    def refund(self, order: str, value: int | None = None, **more: Any) -> tuple[int, Any]:
        amount = {} if value is None else {"order_amount": paisa(value)}
        body = {"merchant_order_reference": self.reference(), **amount, **more}
        return self.send("POST", f"/api/pay/v1/refunds/{order}", body)

    def due(self) -> list[Delivery]:
        return self.simulator.due(self.now_s)


def client(defects: Sequence[str] = (), **switches: str) -> Client:
    """A signed-in main merchant; switches with underscores for hyphens."""
    named = {name.replace("_", "-"): setting for name, setting in switches.items()}
    made = Client(gateway().simulator(switches=named, defects=list(defects)))
    made.sign_in()
    return made


def code(answer: tuple[int, Any]) -> tuple[int, str]:
    """A refusal's status and code."""
    return answer[0], answer[1].get("code", "")
