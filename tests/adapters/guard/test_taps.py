"""Each client's calls are seen once, with what was really sent and answered, mocked replies included."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import aiohttp
import httpx
import httpx2
import pytest
import requests
import responses
import respx
import urllib3
import vcr

from payproof import gateway
from payproof.adapters.guard.guard import Guard, hosts_of
from payproof.adapters.sandbox import Sandbox
from payproof.model import Interaction
from payproof.run.exchanges import Exchanges

PAYKUN = gateway.load("paykun")
LIVE = "https://api.paykun.com/v1"
PATH = "/merchant/transaction/20001-00000-00000-00001/refund"
SENT = {"refund_amount": "1.00", "remarks": "broken", "signature": "0" * 128}
KEYS = PAYKUN.testbed.merchants["main"]
HEADERS = {"MerchantId": KEYS["merchant_id"], "AccessToken": KEYS["access_token"]}
REPLY = {"status": True, "data": {"message": "ok", "refund_ref_no": "1-2"}}
Call = Callable[[str], Any]


def by_requests(url: str) -> Any:
    return requests.post(url, json=SENT, headers=HEADERS, timeout=5).json()


def by_a_requests_session(url: str) -> Any:
    with requests.Session() as session:
        session.headers.update(HEADERS)
        return session.request("POST", url, json=SENT, timeout=5).json()


def by_httpx(url: str) -> Any:
    return httpx.post(url, json=SENT, headers=HEADERS).json()


def by_async_httpx(url: str) -> Any:
    async def call() -> Any:
        async with httpx.AsyncClient(headers=HEADERS) as client:
            return (await client.post(url, json=SENT)).json()

    return asyncio.run(call())


def by_httpx2(url: str) -> Any:
    with httpx2.Client(headers=HEADERS) as client:
        return client.post(url, json=SENT).json()


def by_async_httpx2(url: str) -> Any:
    async def call() -> Any:
        async with httpx2.AsyncClient(headers=HEADERS) as client:
            return (await client.post(url, json=SENT)).json()

    return asyncio.run(call())


def by_aiohttp(url: str) -> Any:
    async def call() -> Any:
        async with aiohttp.ClientSession(headers=HEADERS) as session, session.post(url, json=SENT) as reply:
            return await reply.json()

    return asyncio.run(call())


def by_streaming_aiohttp(url: str) -> Any:
    async def call() -> Any:
        async with aiohttp.ClientSession() as session:
            reply = await session.request("POST", url, json=SENT, headers=HEADERS)
            return json.loads(await reply.content.read())

    return asyncio.run(call())


def by_urllib3(url: str) -> Any:
    return urllib3.PoolManager().request("POST", url, json=SENT, headers=HEADERS).json()


def by_a_urllib3_pool(url: str) -> Any:
    with urllib3.connection_from_url(url) as pool:
        headers = {**HEADERS, "Content-Type": "application/json"}
        path = "/" + url.split("/", 3)[3]
        return json.loads(pool.urlopen("POST", path, json.dumps(SENT), headers).data)


def by_urllib(url: str) -> Any:
    headers = {**HEADERS, "Content-Type": "application/json"}
    request = urllib.request.Request(url, data=json.dumps(SENT).encode(), headers=headers)
    try:
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)
    except HTTPError as error:
        return json.loads(error.read())


ALL = [
    by_requests, by_a_requests_session, by_httpx, by_async_httpx, by_httpx2, by_async_httpx2,
    by_aiohttp, by_streaming_aiohttp, by_urllib3, by_a_urllib3_pool, by_urllib,
]  # fmt: skip


@pytest.fixture
def guard() -> Guard:
    return Guard(PAYKUN, Exchanges(PAYKUN.spec, PAYKUN.testbed, diagnose=False), hosts_of(PAYKUN))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(PAYKUN).running() as made:
        yield made


def only(guard: Guard) -> Interaction:
    (seen,) = guard.interactions
    return seen


@pytest.mark.parametrize("call", ALL)
def test_a_call_is_seen_once_as_it_was_sent_and_answered(call: Call, guard: Guard, sandbox: Sandbox) -> None:
    guard.sandbox_hosts |= sandbox.hosts
    with guard.watching():
        answer = call(sandbox.url + PATH)
    seen = only(guard)
    assert (seen.operation, seen.request.method) == ("refundTransaction", "POST")
    assert json.loads(seen.request.body) == SENT
    assert seen.request.media_type == "application/json"
    assert seen.request.header("accesstoken") == KEYS["access_token"]
    assert seen.response is not None
    assert seen.response.status == 400
    assert json.loads(seen.response.body) == answer


@pytest.mark.parametrize("call", ALL)
def test_nothing_is_seen_while_nobody_looks(call: Call, guard: Guard, sandbox: Sandbox) -> None:
    guard.sandbox_hosts |= sandbox.hosts
    with guard.watching():
        pass
    call(sandbox.url + PATH)
    assert guard.interactions == []


@pytest.mark.parametrize("call", ALL)
def test_other_hosts_are_nobodys_business(call: Call, guard: Guard, sandbox: Sandbox) -> None:
    with guard.watching():
        call(sandbox.url + PATH)
    assert guard.interactions == []


@pytest.mark.parametrize("call", [by_requests, by_a_requests_session])
def test_a_reply_mocked_by_responses_is_seen(call: Call, guard: Guard) -> None:
    with guard.watching(), responses.RequestsMock() as mocked:
        mocked.post(LIVE + PATH, json=REPLY)
        call(LIVE + PATH)
    seen = only(guard)
    assert seen.response is not None
    assert json.loads(seen.response.body) == REPLY


@pytest.mark.parametrize("call", [by_httpx, by_async_httpx])
def test_a_reply_mocked_by_respx_is_seen(call: Call, guard: Guard) -> None:
    with guard.watching(), respx.mock:
        respx.post(LIVE + PATH).respond(json=REPLY)
        call(LIVE + PATH)
    seen = only(guard)
    assert seen.response is not None
    assert json.loads(seen.response.body) == REPLY


@pytest.mark.parametrize("call", ALL)
def test_a_reply_out_of_a_cassette_is_seen(call: Call, guard: Guard, tmp_path: Path) -> None:
    entry = {
        "request": {"method": "POST", "uri": LIVE + PATH, "body": json.dumps(SENT), "headers": {}},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Content-Type": ["application/json"]},
            "body": {"string": json.dumps(REPLY)},
        },
    }
    (tmp_path / "refund.json").write_text(json.dumps({"version": 1, "interactions": [entry]}))
    recorder = vcr.VCR(serializer="json", record_mode=vcr.mode.NONE, match_on=["method", "uri"])
    with guard.watching(), recorder.use_cassette(str(tmp_path / "refund.json")):
        assert call(LIVE + PATH) == REPLY
    seen = only(guard)
    assert seen.response is not None
    assert json.loads(seen.response.body) == REPLY


@pytest.mark.parametrize("call", ALL)
def test_a_call_without_an_answer_is_seen_with_its_failure(call: Call, guard: Guard) -> None:
    guard.hosts.add("127.0.0.1:9")
    with guard.watching(), pytest.raises(Exception):
        call("http://127.0.0.1:9/v1" + PATH)
    seen = only(guard)
    assert seen.response is None
    assert seen.failure


def test_a_stream_is_left_to_its_reader(guard: Guard, sandbox: Sandbox) -> None:
    guard.sandbox_hosts |= sandbox.hosts
    with guard.watching():
        unread = requests.post(sandbox.url + PATH, json=SENT, headers=HEADERS, stream=True, timeout=5)
        with httpx.stream("POST", sandbox.url + PATH, json=SENT, headers=HEADERS) as reply:
            body = b"".join(reply.iter_bytes())
    assert json.loads(unread.raw.read()) == json.loads(body)
    assert [one.response.unread for one in guard.interactions if one.response] == [True, True]


def test_an_application_is_called_without_a_port(guard: Guard) -> None:
    sandbox = Sandbox(PAYKUN)
    guard.sandbox_hosts |= sandbox.hosts
    with guard.watching():
        with httpx.Client(transport=httpx.WSGITransport(app=sandbox.wsgi), headers=HEADERS) as client:
            client.get(sandbox.app_url + "/merchant/transaction/88253-41453-72735-05390")

        async def call() -> None:
            transport = httpx.ASGITransport(app=sandbox.asgi)
            async with httpx.AsyncClient(transport=transport, headers=HEADERS) as client:
                await client.get(sandbox.app_url + "/merchant/transaction/88253-41453-72735-05390")

        asyncio.run(call())
    assert [one.response.status for one in guard.interactions if one.response] == [200, 200]
    assert guard.findings() == []
