"""Calls inside calls: an application is called by a client too, and mocks stand in between."""

from __future__ import annotations

import asyncio
import json
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import aiohttp
import flask
import httpx
import pytest
import requests
import wrapt
from fastapi import FastAPI
from fastapi.testclient import TestClient

from payproof import gateway
from payproof.adapters.guard import tap_requests_mock
from payproof.adapters.guard.guard import Guard, hosts_of
from payproof.adapters.guard.taps import TAPS, tap_clients
from payproof.adapters.sandbox import Sandbox
from payproof.run.exchanges import Exchanges

PAYKUN = gateway.load("paykun")
KEYS = PAYKUN.testbed.merchants["main"]
HEADERS = {"MerchantId": KEYS["merchant_id"], "AccessToken": KEYS["access_token"]}
LIVE = "https://api.paykun.com/v1"
PATH = "/merchant/transaction/20001-00000-00000-00001"
REPLY = {"status": True}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(PAYKUN).running() as made:
        yield made


@pytest.fixture
def guard(sandbox: Sandbox) -> Iterator[Guard]:
    exchanges = Exchanges(PAYKUN.spec, PAYKUN.testbed, diagnose=False)
    made = Guard(PAYKUN, exchanges, hosts_of(PAYKUN), sandbox_hosts=sandbox.hosts)
    with made.watching():
        yield made


def asgi_app(url: str) -> FastAPI:
    app = FastAPI()

    @app.get("/by-requests")
    def by_requests() -> int:
        return requests.get(url, headers=HEADERS, timeout=5).status_code

    @app.get("/by-httpx")
    async def by_httpx() -> int:
        async with httpx.AsyncClient() as client:
            return (await client.get(url, headers=HEADERS)).status_code

    @app.get("/by-aiohttp")
    async def by_aiohttp() -> int:
        async with aiohttp.request("GET", url, headers=HEADERS) as reply:
            return reply.status

    return app


ROUTES = ["/by-requests", "/by-httpx", "/by-aiohttp"]


@pytest.mark.parametrize("route", ROUTES)
def test_what_an_asgi_application_sends_is_seen(route: str, guard: Guard, sandbox: Sandbox) -> None:
    async def call() -> Any:
        transport = httpx.ASGITransport(app=asgi_app(sandbox.url + PATH))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            return (await client.get(route)).json()

    assert asyncio.run(call()) == 200
    assert [one.operation for one in guard.interactions] == ["getTransaction"]


@pytest.mark.parametrize("route", ROUTES)
def test_what_a_test_clients_application_sends_is_seen(route: str, guard: Guard, sandbox: Sandbox) -> None:
    with TestClient(asgi_app(sandbox.url + PATH)) as client:
        assert client.get(route).json() == 200
    assert [one.operation for one in guard.interactions] == ["getTransaction"]


def test_what_a_wsgi_application_sends_is_seen(guard: Guard, sandbox: Sandbox) -> None:
    app = flask.Flask("shop")
    app.get("/")(lambda: str(requests.get(sandbox.url + PATH, headers=HEADERS, timeout=5).status_code))
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://shop") as client:
        assert client.get("/").text == "200"
    assert [one.operation for one in guard.interactions] == ["getTransaction"]


def test_a_call_led_to_the_gateway_from_elsewhere_is_seen(guard: Guard) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        moved = request.url.host == "shop"
        return httpx.Response(302, headers={"Location": LIVE + PATH}) if moved else httpx.Response(404)

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client:
        client.get("http://shop/")
    assert [one.request.target for one in guard.interactions] == [LIVE + PATH]


def test_a_redirected_body_of_httpx_is_seen_again(guard: Guard) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        moved = request.url.path.endswith("/refund")
        return httpx.Response(307, headers={"Location": LIVE + PATH}) if moved else httpx.Response(404)

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client:
        client.post(LIVE + PATH + "/refund", content=iter([b"{}"]))
    assert [(one.request.body, one.request.unread) for one in guard.interactions] == [(b"{}", False)] * 2


BOUND: Callable[..., Any] = aiohttp.request


@pytest.mark.parametrize("function", ["as it is now", "as it was imported before the guard"])
def test_the_request_function_of_aiohttp_is_seen(function: str, guard: Guard, sandbox: Sandbox) -> None:
    request = aiohttp.request
    if function != "as it is now":
        request = getattr(BOUND, "__wrapped__", BOUND)

    async def call() -> Any:
        async with request("GET", sandbox.url + PATH, headers=HEADERS) as reply:
            return await reply.json()

    answer = asyncio.run(call())
    (seen,) = guard.interactions
    assert seen.response is not None
    assert json.loads(seen.response.body) == answer
    assert seen.request.header("accesstoken") == KEYS["access_token"]


@pytest.mark.parametrize("verb", ["session", "function"])
def test_a_reply_that_stands_in_for_aiohttps_own_is_seen(
    verb: str, guard: Guard, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As aioresponses does, which replaces `ClientSession._request`."""

    async def answer(session: Any, method: str, url: Any, **more: Any) -> Any:
        content = mock.Mock(status=200, headers={"Content-Type": "application/json"}, history=())
        content.read = mock.AsyncMock(return_value=json.dumps(REPLY).encode())
        content.request_info = mock.Mock(method=method, url=url, headers={})
        return content

    async def call() -> None:
        if verb == "function":
            async with aiohttp.request("POST", LIVE + PATH + "/refund", json=REPLY, headers=HEADERS):
                return
        async with aiohttp.ClientSession(headers=HEADERS) as session:
            await session.post(LIVE + PATH + "/refund", json=REPLY)

    monkeypatch.setattr(aiohttp.ClientSession, "_request", answer)
    asyncio.run(call())
    (seen,) = guard.interactions
    assert (json.loads(seen.request.body), seen.request.media_type) == (REPLY, "application/json")
    assert seen.request.header("accesstoken") == KEYS["access_token"]
    assert seen.response is not None
    assert json.loads(seen.response.body) == REPLY


class NoMockAddress(requests.ConnectionError):
    """What requests_mock raises for a URL that it has no reply for, before it may go on to the network."""


NoMockAddress.__module__ = "requests_mock.exceptions"


@pytest.fixture
def mocker(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Does what requests_mock.mocker does: keeps the send of its import, and puts its own in its place."""
    module = types.ModuleType("requests_mock.mocker")
    kept: Any = requests.Session.send
    # Its plugin is imported before any tap.
    module._original_send = kept.__wrapped__ if isinstance(kept, wrapt.ObjectProxy) else kept  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "requests_mock.mocker", module)
    tap_requests_mock.tap(module)

    def answer(request: Any, **more: Any) -> requests.Response:
        if "refund" in request.url:
            raise NoMockAddress(request=request)
        reply = requests.Response()
        reply.status_code, reply.url, reply.request = 200, request.url, request
        reply._content = json.dumps(REPLY).encode()
        return reply

    def send(session: Any, request: Any, **more: Any) -> Any:
        session.get_adapter = lambda url: types.SimpleNamespace(send=answer)
        return module._original_send(session, request, **more)  # type: ignore[attr-defined]

    monkeypatch.setattr(requests.Session, "send", send)
    return module


@pytest.mark.usefixtures("mocker")
def test_a_reply_mocked_by_requests_mock_is_seen(guard: Guard) -> None:
    assert requests.get(LIVE + PATH, headers=HEADERS, timeout=5).json() == REPLY
    (seen,) = guard.interactions
    assert seen.request.header("accesstoken") == KEYS["access_token"]
    assert seen.response is not None
    assert json.loads(seen.response.body) == REPLY


@pytest.mark.usefixtures("mocker")
def test_a_call_for_which_requests_mock_has_no_reply_was_not_sent(guard: Guard) -> None:
    with pytest.raises(NoMockAddress):
        requests.post(LIVE + PATH + "/refund", headers=HEADERS, timeout=5)
    assert guard.interactions == []


def test_requests_mock_itself_is_tapped_whenever_it_was_imported(guard: Guard) -> None:
    requests_mock = pytest.importorskip("requests_mock")
    tap_clients()
    with requests_mock.Mocker() as mocked:
        mocked.get(LIVE + PATH, json=REPLY)
        requests.get(LIVE + PATH, headers=HEADERS, timeout=5)
    assert [one.operation for one in guard.interactions] == ["getTransaction"]


def test_every_tap_is_there() -> None:
    import importlib

    assert all(callable(importlib.import_module(name).tap) for name in TAPS.values())
