"""A request's target leads to its operation, and no target makes the matcher fail."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from payproof.model import Message
from payproof.spec import Spec, match


def found(shop: Spec, target: str, method: str = "GET") -> tuple[str, dict[str, str], str] | None:
    one = match(shop, Message(method, target))
    return (one.operation.id, one.path_params, one.base_path) if one else None


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/v1/orders", ("listOrders", {}, "/v1")),
        ("/v1/orders/", ("listOrders", {}, "/v1")),
        ("/api/v1/orders?page=1", ("listOrders", {}, "/api/v1")),
        ("https://anywhere.example:8443/v1/orders#x", ("listOrders", {}, "/v1")),
        ("/v1/orders/07", ("getOrder", {"order_id": "07"}, "/v1")),
        ("/v1/orders/07/", ("getOrder", {"order_id": "07"}, "/v1")),
        ("/v1/orders/a%2Fb%20c", ("getOrder", {"order_id": "a/b c"}, "/v1")),
        ("/v1/orders/%FF%zz", ("getOrder", {"order_id": "\ufffd%zz"}, "/v1")),
        ("/v1/orders/a+b", ("getOrder", {"order_id": "a+b"}, "/v1")),
        ("/v1/orders/latest", ("latestOrder", {}, "/v1")),
        ("/v1/orders/l%61test", ("latestOrder", {}, "/v1")),
        ("/files/a.b.c", ("getFile", {"name": "a", "kind": "b.c"}, "")),
        ("/v1/orders//", None),
        ("/v1/orders/07//", None),
        ("/orders", None),
        ("/v2/orders", None),
        ("/v1/Orders", None),
        ("v1/orders", None),
        ("", None),
        ("?", None),
        ("https://", None),
    ],
)
def test_a_target_leads_to_its_operation(shop: Spec, target: str, expected: object) -> None:
    assert found(shop, target) == expected


def test_the_method_decides_too(shop: Spec) -> None:
    assert found(shop, "/v1/orders", "post") == ("makeOrder", {}, "/v1")
    assert found(shop, "/v1/orders", "DELETE") is None


def test_the_query_is_decoded_in_order(shop: Spec) -> None:
    one = match(shop, Message("GET", "/v1/orders?b=1&a=%E2%82%AC+x&&b=2&c&d==%ff&%00=;"))
    assert one is not None
    assert one.query == [("b", "1"), ("a", "€ x"), ("b", "2"), ("c", ""), ("d", "=\ufffd"), ("\0", ";")]


def test_a_prefix_of_ones_own_is_taken(shop: Spec) -> None:
    message = Message("GET", "http://127.0.0.1:5/mock/orders/07")
    assert match(shop, message) is None
    one = match(shop, message, base_paths=["/mock/"])
    assert one is not None
    assert one.base_path == "/mock"


@settings(max_examples=400, deadline=None)
@given(st.text(st.characters()) | st.text("/%?&=#+:.{}ordesv107%F\ud800\x00", max_size=60))
@example("/v1/orders/" + "\ud800%41")
@example("/v1/orders/" + "a/" * 300_000)
@example("/v1/orders/" + "a" * 1_000_000)
@example("/files/" + "." * 1_000_000)
@example("/v1/orders?" + "&" * 1_000_000)
@example("/v1/orders?" + "a=%&" * 250_000)
@example("http://[/v1/orders")
def test_no_target_makes_it_fail(shop: Spec, target: str) -> None:
    for prefix in ("", "/v1/orders/"):
        one = match(shop, Message("GET", prefix + target))
        assert one is None or one.operation.id in shop.operations
