"""A webhook that was signed at another second of the retry schedule is explained by that second."""

from __future__ import annotations

import base64

import pytest
from tests.signing.diagnosis.wrong import PLURAL, SECRET, asked, hook, mac, names

BODY = '{"event_type": "PAID", "data": {"id": "1"}}'


def signed_at(offset_s: int) -> str:
    text = f"msg_1.{1700000000 + offset_s}.{BODY}"
    return "v1," + base64.b64encode(bytes.fromhex(mac(text, SECRET, "sha256"))).decode()


@pytest.mark.parametrize("offset_s", [-5, -305, -27305, 60])
def test_a_time_near_the_one_sent_is_found(offset_s: int) -> None:
    found = asked(hook(signed_at(offset_s), BODY), "plural.webhook", PLURAL)
    assert names(found) == ["timing/timestamp-of-earlier-delivery"]
    assert (
        f"{abs(offset_s)} s {'before' if offset_s < 0 else 'after'}" in found.explanations[0].causes[0].says
    )


def test_a_time_beyond_the_schedule_is_not_looked_for() -> None:
    found = asked(hook(signed_at(-40 * 3600), BODY), "plural.webhook", PLURAL, most_mistakes=1)
    assert not found.proven
    assert found.tried["timing"] > 100_000


@pytest.mark.parametrize("sent", ["", "x", "1" * 13, "-5", "1700000000.5"])
def test_a_time_that_is_none_is_not_searched(sent: str) -> None:
    message = hook(signed_at(-5), BODY).with_header("webhook-timestamp", sent)
    found = asked(message, "plural.webhook", PLURAL, most_mistakes=1)
    assert found.tried.get("timing", 0) < 100
