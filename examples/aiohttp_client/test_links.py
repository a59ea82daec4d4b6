"""The client's tests; they need no plugin for asyncio, and work with one."""

import asyncio

import aiohttp
import pytest
from links import Links

pytestmark = pytest.mark.payproof("paykun")


def test_a_link_is_made(payproof_sandbox):
    async def make():
        async with Links() as links:
            return await links.create(250.5, "Course fee", "R-1")

    assert asyncio.run(make()).startswith("https://")


def test_every_page_is_read(payproof_sandbox):
    async def read():
        async with Links() as links:
            order = payproof_sandbox.role("paged-order")["order_id"]
            return [one["req_id"] async for one in links.attempts(order)]

    assert len(set(asyncio.run(read()))) == 12


def test_a_stalled_gateway_is_an_error(payproof_sandbox):
    payproof_sandbox.fail_next("createPaymentLink", status=503)

    async def make():
        async with Links() as links:
            await links.create(250.5, "Course fee")

    with pytest.raises(aiohttp.ClientResponseError, match="503"):
        asyncio.run(make())


def test_both_directions_are_judged(payproof_sandbox, payproof_guard):
    async def make():
        async with Links() as links:
            await links.create(99.0, "Course fee")

    asyncio.run(make())
    (seen,) = payproof_guard.interactions
    assert (seen.operation, seen.response.status) == ("createPaymentLink", 200)
