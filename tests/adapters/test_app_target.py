"""An application by import path: what it is given, and that none of its faults holds or ends the run."""

from __future__ import annotations

import pytest
from tests.adapters import apps

from payproof.adapters.app_target import app_target, is_asgi
from payproof.errors import UsageError
from payproof.model import Message
from payproof.run.target import Reply

ASKED = Message(
    "POST", "/a%20b/c?x=1&x=2", (("X-Twice", "1"), ("x-twice", "2"), ("Content-Type", "a/b")), b"body"
)


def answer(name: str, asked: Message = ASKED, deadline_s: float = 5.0) -> Reply:
    with app_target(f"tests.adapters.apps:{name}", ".", "/base", deadline_s=deadline_s) as target:
        return target.send(asked, write=True)


def test_asgi_and_wsgi_are_told_apart() -> None:
    kinds = [
        is_asgi(one) for one in (apps.good_asgi, apps.silent, apps.asgi(), apps.good_wsgi, apps.echo_wsgi)
    ]
    assert kinds == [True, True, True, False, False]


def test_an_asgi_application_gets_the_bytes_as_sent() -> None:
    reply = answer("without_lifespan")
    assert reply.response is not None
    assert (reply.response.status, reply.response.header("x-path")) == (201, "/base/a%20b/c")
    assert reply.response.body == b"x=1&x=2body!"


def test_a_wsgi_application_gets_what_servers_give_it() -> None:
    reply = answer("echo_wsgi")
    assert reply.response is not None
    shown, body = reply.response.body[:-4], reply.response.body[-4:]
    assert body == b"body"
    environ = {"PATH_INFO": "/base/a b/c", "QUERY_STRING": "x=1&x=2", "HTTP_X_TWICE": "1,2"}
    assert shown == repr({**environ, "CONTENT_TYPE": "a/b"}).encode()
    assert reply.response.header("x-method") == "POST"


def test_the_request_is_reported_as_it_was_handed_over() -> None:
    reply = answer("echo_wsgi")
    assert reply.request.header("host") == "app.invalid"
    assert reply.request.header("content-length") == "4"
    assert reply.request.target == "/base/a%20b/c?x=1&x=2"


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("silent", "garbage"),
        ("failing", "crashed"),
        ("endless", "too-large"),
        ("failing_wsgi", "crashed"),
        ("garbage_wsgi", "garbage"),
        ("endless_wsgi", "too-large"),
        ("hanging", "timeout"),
        ("hanging_wsgi", "timeout"),
    ],
)
def test_whatever_an_application_does_is_a_failure_of_that_request(name: str, failure: str) -> None:
    reply = answer(name, deadline_s=0.5 if failure == "timeout" else 20.0)
    assert (reply.response, reply.failure) == (None, failure)


@pytest.mark.parametrize(
    ("name", "why"), [("failing", "RuntimeError: no"), ("failing_wsgi", "SystemExit: 3")]
)
def test_an_exception_of_the_application_is_told(name: str, why: str) -> None:
    assert answer(name).why == why


def test_an_overflow_of_the_applications_own_is_its_exception() -> None:
    assert (answer("overflowing").failure, answer("overflowing").why) == ("crashed", "OverflowError: mine")


@pytest.mark.parametrize(
    "asked",
    [
        Message("GET", "/ü"),
        Message("GET", "/a b"),
        Message("GET", "/", (("X", "a\r\nB: c"),)),
        Message("GET", "/", (("X Y", "a"),)),
    ],
)
def test_what_no_server_would_hand_over_is_not_sent(asked: Message) -> None:
    assert answer("echo_wsgi", asked).failure == "unsendable"


def test_an_application_is_started_up_and_shut_down() -> None:
    apps.good_asgi.lived.clear()
    assert answer("good_asgi").response is not None
    assert apps.good_asgi.lived == ["startup", "shutdown"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("tests.adapters.apps", "names no application"),
        ("tests.adapters.no_such:app", "cannot be imported"),
        ("tests.adapters.apps:no_such", "cannot be imported"),
        ("tests.adapters.apps:not_callable", "not callable"),
        ("tests.adapters.apps:refusing_to_start", "no database"),
    ],
)
def test_what_is_no_application_is_said(path: str, words: str) -> None:
    with pytest.raises(UsageError, match=words), app_target(path, ".", ""):
        raise AssertionError("it was used")
