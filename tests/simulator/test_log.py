"""The log says why a signature was refused, when asked to."""

from __future__ import annotations

import json

from tests.gateways.paykun.asking import REFUNDABLE, client
from tests.signing.diagnosis.wrong import mac

from payproof.model import Message


def refused() -> tuple[object, list[dict[str, object]], list[dict[str, object]]]:
    one = client()
    body = {"refund_amount": "10.50", "remarks": "Late", "signature": mac("10.50|Late|#", name="sha256")}
    target = f"/v1/merchant/transaction/{REFUNDABLE}/refund"
    headers = (*one.headers, ("Content-Type", "application/json"))
    one.send(Message("POST", target, headers, json.dumps(body).encode()))
    return one, one.simulator.log.shown(last=1), one.simulator.log.shown(last=1, diagnosed=True)


def test_a_refused_signature_comes_with_its_mistake_only_when_asked() -> None:
    _, plain, diagnosed = refused()
    assert "diagnosis" not in plain[0]
    assert diagnosed[0]["diagnosis"] == (
        "the signature was made with HMAC with SHA-256. Change: use HMAC with SHA-512"
    )
