"""What a message has against its operation is said, and no bytes make the validator fail."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from payproof.model import Message
from payproof.spec import Problem, Spec, validate

JSON = ("Content-Type", "application/json; charset=utf-8")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
ORDER = {"id": "07", "amount": 10.5, "status": "NEW"}


Headers = tuple[tuple[str, str], ...]


def answer(shop: Spec, body: object, *, status: int = 200, headers: Headers = (JSON,)) -> list[Problem]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return validate.response(
        shop, shop.operations["getOrder"], Message(status=status, headers=headers, body=raw)
    )


def ask(shop: Spec, body: bytes, header: tuple[str, str] = JSON) -> list[Problem]:
    message = Message("POST", "/v1/orders", (header,) if header[1] else (), body)
    return validate.request(shop, shop.operations["makeOrder"], message)


def short(problems: list[Problem]) -> list[tuple[str, str, bool]]:
    return [(one.pointer, one.keyword, one.soft) for one in problems]


def test_a_good_answer_has_no_problem(shop: Spec) -> None:
    assert answer(shop, {**ORDER, "children": [ORDER], "note": None, "when": "any text"}) == []


def test_a_problem_says_where_what_and_on_what_ground(shop: Spec) -> None:
    (one,) = answer(shop, {**ORDER, "amount": "10"})
    assert (one.pointer, one.keyword, one.expected, one.actual, one.soft) == (
        "/amount",
        "type",
        "number",
        '"10"',
        False,
    )
    assert one.message == "'10' is not of type 'number'"
    assert (one.evidence, one.claim) == ("documented", "Shop handbook (read 2026-11-20)")
    assert shop.document["components"]["schemas"]["Order"]["properties"]["amount"]["type"] == "number"
    assert shop.line_of(one.schema_pointer) == shop.line_of("/components/schemas/Order/properties/amount")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"id": "07"}, [("/amount", "required", False), ("/status", "required", False)]),
        ({**ORDER, "amount": -1}, [("/amount", "minimum", False)]),
        ({**ORDER, "status": "LOST"}, [("/status", "enum", False)]),
        ({**ORDER, "children": [ORDER, {**ORDER, "id": 7}]}, [("/children/1/id", "type", False)]),
        ({**ORDER, "id": "x"}, [("/id", "pattern", True)]),
        ({**ORDER, "a/b": 1}, [("/a~1b", "undocumented-field", True)]),
        ({**ORDER, "children": [{**ORDER, "new": 1}]}, [("/children/0/new", "undocumented-field", True)]),
        ({**ORDER, "born": "yesterday"}, [("/born", "format", False)]),
        ({**ORDER, "id": "x", "amount": "1"}, [("/amount", "type", False), ("/id", "pattern", True)]),
        ([], [("", "type", False)]),
        (None, [("", "type", False)]),
    ],
)  # fmt: skip
def test_each_limit_is_judged(shop: Spec, body: object, expected: list[object]) -> None:
    assert short(answer(shop, body)) == expected


def test_a_problem_is_told_even_where_the_two_libraries_disagree(shop: Spec) -> None:
    # To Python `$` also stands before a last line feed.
    (one,) = answer(shop, {**ORDER, "id": "07\n"})
    assert (one.pointer, one.keyword, one.message) == ("/id", "pattern", "the value does not keep 'pattern'")


def test_a_hard_limit_is_as_sure_as_before_beside_a_soft_one(shop: Spec) -> None:
    (one,) = answer(shop, {**ORDER, "id": 7})
    assert (one.keyword, one.soft, one.evidence) == ("type", False, "documented")


def test_a_soft_limit_has_its_own_evidence(shop: Spec) -> None:
    (one,) = answer(shop, {**ORDER, "id": "x"})
    assert one.evidence == "sdk"


def test_statuses_fall_back_to_their_class_and_to_the_default(shop: Spec) -> None:
    listing = shop.operations["listOrders"]
    refused = Message(status=422, headers=(JSON,), body=b'{"error": {"code": "x", "cause": {"error": 5}}}')
    assert short(validate.response(shop, listing, refused)) == [("/error/cause/error", "oneOf", False)]
    assert short(validate.response(shop, listing, Message(status=500))) == [
        ("status", "undocumented-status", False)
    ]
    assert validate.response(shop, shop.operations["getFile"], Message(status=599, body=b"x")) == []


def test_a_documented_header_is_judged(shop: Spec) -> None:
    listing = shop.operations["listOrders"]
    none = Message(status=200, headers=(JSON,), body=b"[]")
    wrong = none.with_header("x-total", "few")
    assert short(validate.response(shop, listing, none)) == [("header/X-Total", "required", False)]
    assert short(validate.response(shop, listing, wrong)) == [("header/X-Total", "type", False)]
    assert validate.response(shop, listing, wrong.with_header("X-Total", "5")) == []


@pytest.mark.parametrize(
    ("body", "headers", "keyword"),
    [
        (b"", (JSON,), "missing-body"),
        (b"{}", (), "undocumented-content-type"),
        (b"{}", (("content-type", "text/html"),), "undocumented-content-type"),
        (b"{", (JSON,), "unreadable-body"),
        (b'{"a": 1, "a": 2}', (JSON,), "unreadable-body"),
        (b"NaN", (JSON,), "unreadable-body"),
        (b"\xff", (JSON,), "unreadable-body"),
        ('{"a": 1}'.encode("utf-16"), (JSON,), "unreadable-body"),
        (b"[" * 1_000_000, (JSON,), "unreadable-body"),
        (b"9" * 10_000, (JSON,), "unreadable-body"),
        (b" " * (17 << 20), (JSON,), "unreadable-body"),
    ],
)
def test_a_body_that_cannot_be_read_is_one_problem(
    shop: Spec, body: bytes, headers: Headers, keyword: str
) -> None:
    assert [one.keyword for one in answer(shop, body, headers=headers)] == [keyword]


def test_no_secret_stands_in_a_problem(shop: Spec) -> None:
    secret, key = "4111-1111-1111-1111", "k3y-of-the-shop"
    for body in (
        {**ORDER, "pan": secret, "api_key": key},
        {**ORDER, "children": [{**ORDER, "pan": secret, "api_key": key}]},
        {
            "pan": secret,
            "api_key": key,
            "children": secret,
            "note": {"api_key": key},
            "status": {"pan": [secret]},
        },
        [secret],
    ):
        found = answer(shop, body)
        assert found
        shown = [one for one in found if one.pointer.endswith(("pan", "api_key"))]
        assert all(one.actual == "***" for one in shown)
        if body != [secret]:
            text = "".join(f"{one.message}{one.actual}" for one in found if one.pointer != "/children")
            assert secret not in text
            assert key not in text


@pytest.mark.parametrize(("value", "shown"), [({"k3y": 1}, "{***}"), (["k3y"], "[***]"), (11, "***")])
def test_of_a_secret_no_more_is_shown_than_whether_it_is_a_container(
    shop: Spec, value: object, shown: str
) -> None:
    (problem,) = answer(shop, {**ORDER, "api_key": value})
    assert problem.actual == shown


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("page=1&open=true&open=0&tag=1&tag=2", []),
        ("page=1&open=", []),
        ("page=1&tag[]=1&tag[]=2", []),
        ("", [("query/page", "required", False)]),
        ("page=0", [("query/page", "minimum", False)]),
        ("page=01", [("query/page", "type", False)]),
        ("page=1.0", [("query/page", "type", False)]),
        ("page=%D9%A1", [("query/page", "type", False)]),
        ("page=1&open=yes", [("query/open", "type", False)]),
        ("page=1&tag=1&tag=x", [("query/tag/1", "type", False)]),
        ("page=1&more=1", [("query/more", "undocumented-parameter", True)]),
    ],
)
def test_query_parameters_are_read_as_their_types(shop: Spec, query: str, expected: list[object]) -> None:
    message = Message("GET", f"/v1/orders?{query}")
    assert short(validate.request(shop, shop.operations["listOrders"], message)) == expected


def test_path_and_header_parameters_are_judged(shop: Spec) -> None:
    get, listing = shop.operations["getOrder"], shop.operations["listOrders"]
    assert short(validate.request(shop, get, Message("GET", "/any/base/orders/x"))) == [
        ("path/order_id", "minLength", False)
    ]
    assert short(validate.request(shop, get, Message("GET", "/v1/elsewhere"))) == [
        ("path", "undocumented-path", False)
    ]
    traced = Message("GET", "/v1/orders?page=1", (("x-trace", "XYZ"),))
    assert short(validate.request(shop, listing, traced)) == [("header/X-Trace", "pattern", False)]


def test_a_form_is_read_as_its_schemas_types(shop: Spec) -> None:
    good = b"amount=10.50&count=-3&gift=1&email=a%40b&note=12&lines[]=1&lines[]=2"
    assert ask(shop, good, FORM) == []
    bad = ask(shop, b"amount=ten&count=1.5&gift=yes&lines=x", FORM)
    names = ("/amount", "/count", "/gift", "/lines/0")
    assert sorted(short(bad)) == [(name, "type", False) for name in names]


def test_a_conditional_duty_is_judged_and_its_evidence_is_the_operations(shop: Spec) -> None:
    (one,) = ask(shop, b'{"amount": 1, "gift": true}')
    assert (one.pointer, one.keyword, one.expected, one.evidence) == (
        "/email",
        "required",
        "email",
        "inferred",
    )


def test_a_webhook_is_judged_like_a_request(shop: Spec) -> None:
    one = shop.webhooks["orderPaid"]
    good = Message("POST", "/hook?from=shop", (JSON,), json.dumps(ORDER).encode())
    assert short(validate.webhook(shop, one, good)) == [("query/from", "undocumented-parameter", True)]
    assert short(validate.webhook(shop, one, Message("POST", "/hook"))) == [("", "missing-body", False)]


def test_a_huge_wrong_body_is_judged_in_a_moment(shop: Spec) -> None:
    body = {**ORDER, "children": [{**ORDER, "amount": "x"}] * 30_000}
    found = answer(shop, body)
    assert 0 < len(found) <= 200
    assert found[0].pointer == "/children/0/amount"


BODIES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from([10**400, 1e308]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "amount", "status", "children", "pan", "api_key", "born", "x"]), inner
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    BODIES.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=80),
    st.sampled_from([200, 422, 99]),
)
@example(b'{"id": "\\ud800", "amount": 1, "status": "NEW"}', 200)
@example(b'{"id": "1", "amount": 1e999, "status": "NEW", "\\udfff": 1}', 200)
def test_no_answer_makes_it_fail(shop: Spec, body: bytes, status: int) -> None:
    for headers in ((JSON,), (FORM,), ()):
        for one in answer(shop, body, status=status, headers=headers):
            assert one.message


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80), st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=20))
def test_no_request_makes_it_fail(shop: Spec, body: bytes, target: str, header: str) -> None:
    for operation in shop.every_operation():
        for kind in (JSON[1], FORM[1], header):
            headers = (("content-type", kind), ("X-Trace", header), ("Cookie", header))
            message = Message(operation.method, f"/v1/orders?{target}", headers, body)
            for one in validate.request(shop, operation, message):
                assert one.message
