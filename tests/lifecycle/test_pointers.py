from typing import Any

import pytest

from payproof.lifecycle.pointers import Body, find, first

BODY: dict[str, Any] = {
    "data": {
        "order_id": "o1",
        "none": None,
        "a/b": {"~": 1},
        "payments": [
            {"status": "FAILED", "amount": 1},
            {"status": "PROCESSED", "amount": 2},
            {"status": "PROCESSED", "amount": 4},
        ],
    }
}


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/data/order_id", ["o1"]),
        ("/data/none", []),
        ("/data/missing", []),
        ("/data/a~1b/~0", [1]),
        ("/data/payments/*/amount", [1, 2, 4]),
        ("/data/payments/*[status=PROCESSED]/amount", [2, 4]),
        ("/data/payments/1/amount", [2]),
        ("/data/payments/9/amount", []),
        ("/data/order_id/*", []),
        ("^/data/order_id", ["o1"]),
        ("header:Webhook-Id", ["msg_1"]),
        ("header:other", []),
    ],
)
def test_a_pointer_finds(pointer: str, found: list[Any]) -> None:
    assert find([pointer], Body(BODY, BODY, {"webhook-id": "msg_1"})) == found


def test_the_first_pointer_that_finds_anything_counts() -> None:
    assert first(["/data/orderId", "/data/order_id", "/data/a~1b/~0"], Body(BODY, BODY)) == "o1"


def test_the_root_is_reached_from_inside_an_item() -> None:
    item = BODY["data"]["payments"][0]
    assert find(["^/data/order_id"], Body(item, BODY)) == ["o1"]
    assert find(["/amount"], Body(item, BODY)) == [1]
