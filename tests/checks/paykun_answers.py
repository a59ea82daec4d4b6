"""Honest answers of PayKun's operations, to be spoilt one at a time."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from payproof import gateway
from payproof.checks.context import Context
from payproof.gateway import Gateway
from payproof.model import Interaction, Message
from payproof.signing import Keys

SAMPLE, ORDER = "88253-41453-72735-05390", "0000000030"
JSON = (("Content-Type", "application/json"),)


@cache
def paykun() -> Gateway:
    """The built-in gateway, read once."""
    return gateway.load("paykun")


def context() -> Context:
    """What checks know, without signatures: those are another check's."""
    one = paykun()
    keys = Keys.of(one.testbed.merchants["main"], test=True)
    return Context(one.spec, keys, {}, {}, roles=one.testbed.roles)


def answered(
    operation: str, target: str, body: Any, tags: Mapping[str, Any] | None = None, **request: Any
) -> Interaction:
    """An interaction that met the body with status 200; `/v1` stands before the target."""
    headers = (("MerchantId", "900000000000001"),)
    asked = Message("GET", "/v1" + target, headers, **request)
    answer = Message(status=200, headers=JSON, body=json.dumps(body).encode())
    return Interaction(asked, answer, operation=operation, tags=tags or {})


def transaction(**changes: Any) -> Interaction:
    """The documented transaction, asked for by its id; changes by dotted name, `order.gross_amount=1`."""
    operation = paykun().spec.operations["getTransaction"]
    content = operation.responses["200"]["content"]["application/json"]
    body = copy.deepcopy(content["examples"]["documented"]["value"])
    body["data"]["transaction"]["merchant_id"] = "900000000000001"
    for name, value in changes.items():
        *steps, last = name.split("__")
        holder = body["data"]["transaction"]
        for step in steps:
            holder = holder[step]
        holder[last] = value
    return answered("getTransaction", f"/merchant/transaction/{SAMPLE}", body)


def page(
    query: str = "page_number=1&limit=2",
    *,
    rows: list[dict[str, Any]] | None = None,
    tags: Mapping[str, Any] | None = None,
    **counts: Any,
) -> Interaction:
    """A page of an order with three transactions; rows and counts may be given."""
    shown = rows if rows is not None else [row("1"), row("2", "Failed")]
    data = {
        "message": "ok",
        "total_orders": 3,
        "is_last": False,
        "current_item_count": len(shown),
        "current_page": 1,
        "last_page": 2,
        "orders": shown,
        **counts,
    }
    return answered(
        "listOrderTransactions", f"/merchant/orders/{ORDER}?{query}", {"status": True, "data": data}, tags
    )


def row(number: str, status: str = "Success", **changes: Any) -> dict[str, Any]:
    """One record of the list."""
    operation = paykun().spec.operations["listOrderTransactions"]
    shown = operation.responses["200"]["content"]["application/json"]["examples"]["documented"]["value"]
    found = copy.deepcopy(shown["data"]["orders"][0])
    return {**found, "req_id": number, "status": status, "order_id": ORDER, **changes}
