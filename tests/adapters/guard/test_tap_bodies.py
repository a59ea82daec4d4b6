"""Requests are judged as they went out: bodies of files, headers that came late, answers that were raised."""

from __future__ import annotations

import asyncio
import hmac
import io
import json
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import pytest
import requests
import urllib3

from payproof import gateway
from payproof.adapters.guard.guard import Guard, hosts_of
from payproof.adapters.plugin.wording import told
from payproof.adapters.sandbox import Sandbox
from payproof.model import Severity
from payproof.run.exchanges import Exchanges

PAYKUN = gateway.load("paykun")
KEYS = PAYKUN.testbed.merchants["main"]
AUTH = {"MerchantId": KEYS["merchant_id"], "AccessToken": KEYS["access_token"]}
HEADERS = {**AUTH, "Content-Type": "application/json"}
SIGNED = hmac.digest(KEYS["encryption_key"].encode(), b"1.50|Broken lamp|#", "sha512").hex()
SENT = {"refund_amount": "1.50", "remarks": "Broken lamp", "signature": SIGNED}
RAW = json.dumps(SENT).encode()
PATH = "/merchant/transaction/20001-00000-00000-00001/refund"
Call = Callable[[str], int]


def pieces() -> Iterator[bytes]:
    yield RAW


async def async_pieces() -> AsyncIterator[bytes]:
    yield RAW


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


def troubles(guard: Guard) -> list[str]:
    return [one.rule for one in guard.findings() if one.severity > Severity.NOTE]


def by_aiohttp(url: str, *, session: Any = None, **kwargs: Any) -> int:
    async def call() -> int:
        async with (
            aiohttp.ClientSession(**(session or {})) as client,
            client.post(url, **{"headers": HEADERS, **kwargs}) as reply,
        ):
            await reply.read()
            return reply.status

    return asyncio.run(call())


def by_urllib(url: str) -> int:
    request = urllib.request.Request(url, data=io.BytesIO(RAW), headers=HEADERS)
    with urllib.request.urlopen(request) as reply:
        return int(reply.status)


SEEN: dict[str, Call] = {
    "requests, file": lambda url: (
        requests.post(url, data=io.BytesIO(RAW), headers=HEADERS, timeout=5).status_code
    ),
    "urllib3, file": lambda url: (
        urllib3.PoolManager().request("POST", url, body=io.BytesIO(RAW), headers=HEADERS).status
    ),
    "urllib, file": by_urllib,
    "httpx, generator": lambda url: httpx.post(url, content=pieces(), headers=HEADERS).status_code,
    "aiohttp, file": lambda url: by_aiohttp(url, data=io.BytesIO(RAW)),
    "aiohttp, json payload": lambda url: by_aiohttp(url, data=aiohttp.JsonPayload(SENT)),
    "aiohttp, bytes payload": lambda url: by_aiohttp(url, data=aiohttp.BytesPayload(RAW)),
    "aiohttp, text payload": lambda url: by_aiohttp(url, data=aiohttp.StringPayload(RAW.decode())),
}
UNSEEN: dict[str, Call] = {
    "requests, generator": lambda url: (
        requests.post(url, data=pieces(), headers=HEADERS, timeout=5).status_code
    ),
    "urllib3, generator": lambda url: (
        urllib3.PoolManager().request("POST", url, body=pieces(), headers=HEADERS).status
    ),
    "aiohttp, generator": lambda url: by_aiohttp(url, data=async_pieces()),
}


@pytest.mark.parametrize("name", SEEN)
def test_a_body_that_can_be_looked_at_is_judged_and_still_sent(
    name: str, guard: Guard, sandbox: Sandbox
) -> None:
    assert SEEN[name](sandbox.url + PATH) == 200
    (seen,) = guard.interactions
    assert json.loads(seen.request.body) == SENT
    assert troubles(guard) == []


@pytest.mark.parametrize("name", UNSEEN)
def test_a_body_that_went_past_unseen_is_not_judged(name: str, guard: Guard, sandbox: Sandbox) -> None:
    assert UNSEEN[name](sandbox.url + PATH) == 200
    (seen,) = guard.interactions
    assert seen.request.unread
    assert [one.rule for one in guard.findings()] == ["request-signature-unchecked"]
    assert "sent: (streamed and not read)" in told(guard, guard.findings())


def test_credentials_are_asked_for_though_the_body_was_not_seen(guard: Guard, sandbox: Sandbox) -> None:
    headers = {"Content-Type": "application/json"}
    requests.post(sandbox.url + PATH, data=pieces(), headers=headers, timeout=5)
    assert troubles(guard) == ["request-credential-missing"] * 2


def test_a_file_with_a_wrong_signature_is_found(guard: Guard, sandbox: Sandbox) -> None:
    body = io.BytesIO(b"skipped" + RAW.replace(b"1.50", b"1.51"))
    body.seek(7)
    requests.post(sandbox.url + PATH, data=body, headers=HEADERS, timeout=5)
    assert troubles(guard) == ["request-signature-wrong"]


@pytest.mark.skipif(not hasattr(aiohttp, "ClientMiddlewareType"), reason="middlewares came with aiohttp 3.12")
def test_what_an_aiohttp_middleware_makes_of_a_request_is_judged(guard: Guard, sandbox: Sandbox) -> None:
    async def sign(request: Any, handler: Any) -> Any:
        request.headers.update(AUTH)
        await request.update_body(RAW)
        return await handler(request)

    unsigned = {"refund_amount": "1.50", "remarks": "Broken lamp"}
    assert by_aiohttp(sandbox.url + PATH, session={"middlewares": (sign,)}, json=unsigned, headers={}) == 200
    assert json.loads(guard.interactions[0].request.body) == SENT
    assert troubles(guard) == []


def test_a_header_of_a_call_takes_the_place_of_the_sessions(guard: Guard, sandbox: Sandbox) -> None:
    session = {"headers": {"accesstoken": "an old one"}}
    assert by_aiohttp(sandbox.url + PATH, session=session, data=RAW) == 200
    assert guard.interactions[0].request.header_values("accesstoken") == [AUTH["AccessToken"]]


class Credentials(urllib.request.BaseHandler):
    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        made = urllib.request.Request(request.full_url, request.data, dict(request.header_items()))
        for name, value in AUTH.items():
            made.add_header(name, value)
        made.timeout = 5  # type: ignore[attr-defined]
        return made


def by_opener_headers(url: str) -> Any:
    opener = urllib.request.build_opener()
    opener.addheaders = list(AUTH.items())
    return opener.open(url)


@pytest.mark.parametrize(
    "call", [by_opener_headers, lambda url: urllib.request.build_opener(Credentials()).open(url)]
)
def test_headers_that_urllib_adds_late_are_judged(
    call: Callable[[str], Any], guard: Guard, sandbox: Sandbox
) -> None:
    with call(sandbox.url + PATH.removesuffix("/refund")) as reply:
        assert json.load(reply)["status"] is True
    assert guard.interactions[0].request.header("accesstoken") == AUTH["AccessToken"]
    assert troubles(guard) == []


def test_a_redirect_of_urllib_is_an_exchange_of_its_own(guard: Guard, sandbox: Sandbox) -> None:
    target = sandbox.url + PATH.removesuffix("/refund")

    class Moved(urllib.request.BaseHandler):
        handler_order = 100

        def http_open(self, request: urllib.request.Request) -> Any:
            if urlsplit(request.full_url).query:
                return None
            headers = requests.structures.CaseInsensitiveDict({"Location": target + "?again=1"})
            reply: Any = urllib.request.addinfourl(io.BytesIO(), headers, request.full_url, 302)  # type: ignore[attr-defined,arg-type]
            reply.msg = "Found"
            return reply

    with urllib.request.build_opener(Moved()).open(urllib.request.Request(target, headers=AUTH)) as reply:
        assert json.load(reply)["status"] is True
    assert [one.response.status for one in guard.interactions if one.response] == [302, 200]


def raised_by_httpx(url: str) -> None:
    def refuse(reply: httpx.Response) -> None:
        reply.raise_for_status()

    with httpx.Client(event_hooks={"response": [refuse]}, headers=HEADERS) as client:
        client.post(url, content=RAW)


def raised_by_async_httpx(url: str) -> None:
    async def refuse(reply: httpx.Response) -> None:
        try:
            reply.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise LookupError("an error of the application's own") from error

    async def call() -> None:
        async with httpx.AsyncClient(event_hooks={"response": [refuse]}, headers=HEADERS) as client:
            await client.post(url, content=RAW)

    asyncio.run(call())


def raised_by_requests(url: str) -> None:
    with requests.Session() as session:
        session.hooks = {"response": [lambda reply, **more: reply.raise_for_status()]}
        session.post(url, data=RAW, headers=HEADERS, timeout=5)


def raised_by_aiohttp(url: str) -> None:
    by_aiohttp(url, session={"raise_for_status": True}, data=RAW)


@pytest.mark.parametrize(
    "call", [raised_by_httpx, raised_by_async_httpx, raised_by_requests, raised_by_aiohttp]
)
def test_an_answer_that_was_raised_is_an_answer(
    call: Callable[[str], None], guard: Guard, sandbox: Sandbox
) -> None:
    sandbox.fail_next("refund", status=429)
    with pytest.raises(Exception, match=r"429|own"):
        call(sandbox.url + PATH)
    call(sandbox.url + PATH)
    assert [one.response.status for one in guard.interactions if one.response] == [429, 200]
    assert troubles(guard) == []


def test_a_hook_of_requests_leaves_the_body_to_be_seen(guard: Guard, sandbox: Sandbox) -> None:
    with pytest.raises(requests.HTTPError):
        raised_by_requests(sandbox.url + PATH.replace("20001", "99999"))
    (seen,) = guard.interactions
    assert seen.response is not None
    assert json.loads(seen.response.body)["status"] is False


def test_streams_that_nobody_read_are_no_lost_answers(guard: Guard, sandbox: Sandbox) -> None:
    for _ in range(2):
        requests.post(sandbox.url + PATH, data=RAW, headers=HEADERS, timeout=5, stream=True).close()
    assert [one.response.unread for one in guard.interactions if one.response] == [True, True]
    assert guard.findings() == []
    assert "got:  200 (streamed and not read)" in told(guard, [])


def test_different_bodies_that_nobody_saw_are_no_repetition(guard: Guard, sandbox: Sandbox) -> None:
    sandbox.fail_next("refund", status=503)
    for _ in range(2):
        requests.post(sandbox.url + PATH, data=pieces(), headers=HEADERS, timeout=5)
    assert troubles(guard) == []
