"""A real gateway is called only when its host was allowed, whatever way it is spelt."""

from __future__ import annotations

import pytest

from payproof.adapters.live_guard import LiveGuard, LiveHostError, normal_host

SERVERS = ("https://api.paykun.com/v1/merchant", "https://sandbox.paykun.com/api/v1", "http://127.0.0.1:8400")


@pytest.mark.parametrize(
    "host",
    [
        "api.paykun.com",
        "API.PayKun.COM",
        "api.paykun.com.",
        "api\u3002paykun\uff0ecom",
        "ａｐｉ.paykun.com",
        "sandbox.paykun.com",
        "checkout.paykun.com",
        "paykun.com",
    ],
)
def test_a_real_host_is_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(LiveHostError):
        LiveGuard.of(SERVERS).check_host(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "paykun.com.example", "notpaykun.com"])
def test_other_hosts_are_nobodys(host: str) -> None:
    LiveGuard.of(SERVERS).check_host(host)
    assert LiveGuard.of(SERVERS).allows(host, write=True)


def test_an_allowed_host_takes_reads_only() -> None:
    guard = LiveGuard.of(SERVERS, allowed=["API.paykun.com"])
    guard.check_host("api.paykun.com")
    assert guard.allows("api.paykun.com", write=False)
    assert not guard.allows("api.paykun.com", write=True)
    assert not guard.allows("checkout.paykun.com", write=False)


def test_writes_need_a_second_yes() -> None:
    guard = LiveGuard.of(SERVERS, allowed=["api.paykun.com"], writes=True)
    assert guard.allows("api.paykun.com", write=True)


def test_the_error_names_the_option() -> None:
    with pytest.raises(LiveHostError) as raised:
        LiveGuard.of(SERVERS).check_host("api.paykun.com")
    assert "--allow-live api.paykun.com" in raised.value.hint


def test_brackets_and_ports_are_no_part_of_a_host() -> None:
    assert normal_host("[::1]") == "::1"
