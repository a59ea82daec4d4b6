"""Which hosts play a gateway, as people name them."""

from __future__ import annotations

import pytest

from payproof.adapters.guard.hosts import covers, read_host
from payproof.errors import UsageError


@pytest.mark.parametrize(
    ("named", "covered", "others"),
    [
        (
            "127.0.0.1",
            ["http://127.0.0.1:18777/v1", "http://127.0.0.1/", "https://127.0.0.1"],
            ["http://127.0.0.2"],
        ),
        ("127.0.0.1:18777", ["http://127.0.0.1:18777/v1"], ["http://127.0.0.1:18778", "http://127.0.0.1"]),
        ("127.0.0.1:18777/v1", ["http://127.0.0.1:18777/v1"], ["http://127.0.0.1:18778"]),
        ("http://127.0.0.1:18777/v1", ["http://127.0.0.1:18777"], ["http://127.0.0.1"]),
        (
            "https://Pay.Example./v1",
            ["https://pay.example/v1", "https://pay.example:443"],
            ["https://example"],
        ),
        ("pay.example:443", ["https://pay.example/"], ["http://pay.example/", "https://pay.example:8443/"]),
        ("::1", ["http://[::1]:8080/"], ["http://[::2]:8080/"]),
        ("[::1]:8080", ["http://[::1]:8080/"], ["http://[::1]:8081/"]),
    ],
)
def test_a_host_covers_every_port_and_host_and_port_only_that_one(
    named: str, covered: list[str], others: list[str]
) -> None:
    hosts = {read_host(named, where="here")}
    assert [url for url in (*covered, *others) if covers(hosts, url)] == covered


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a b",
        "1.2.3.4:",
        "host:port",
        "host:99999",
        "host:0",
        "*.pay.example",
        "ftp://pay.example",
        "[",
    ],
)
def test_what_is_no_host_is_told_with_its_place(text: str) -> None:
    with pytest.raises(UsageError, match="is no host") as told:
        read_host(text, where="payproof_hosts")
    assert told.value.where == "payproof_hosts"
