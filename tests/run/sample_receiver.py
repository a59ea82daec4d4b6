"""A webhook receiver as a merchant would write it for Plural, with faults that can be planted one by one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from payproof.gateway import load

_MERCHANTS = load("plural").testbed.merchants
SECRET = _MERCHANTS["main"]["webhook_secret"].encode()
SECOND = _MERCHANTS["second"]["webhook_secret"].encode()
RANK = {"ORDER_AUTHORIZED": 1, "ORDER_PROCESSED": 2, "ORDER_CANCELLED": 2, "ORDER_FAILED": 2}
FAULTS = {
    "accepts-everything": "missing-signature-refused",
    "skips-when-missing": "missing-signature-refused",
    "skips-when-empty": "empty-signature-refused",
    "signs-body-only": "valid-accepted",
    "compares-start": "truncated-signature-refused",
    "compares-first-characters": "near-signature-refused",
    "any-prefix": "wrong-prefix-refused",
    "two-keys": "other-key-refused",
    "never-stale": "stale-refused",
    "no-bound-ahead": "future-refused",
    "acts-before-verifying": "refusals-leave-no-trace",
    "no-dedupe": "duplicate-handled-once",
    "dedupe-by-time": "duplicate-handled-once",
    "refuses-duplicates": "duplicate-handled-once",
    "last-event-wins": "late-event-survived",
    "unknown-event-crashes": "unknown-event-survived",
    "unknown-event-acts": "unknown-event-survived",
    "strict-fields": "new-field-survived",
    "writes-json-again": "other-spelling-accepted",
    "one-signature-only": "rotated-keys-accepted",
    "decodes-blindly": "bad-utf8-survived",
    "parses-blindly": "broken-json-survived",
    "indexes-blindly": "odd-json-survived",
    "forgets-recursion": "deep-json-survived",
    "size-limit-crashes": "huge-survived",
    "dedupe-by-object": "newer-event-acted-on",
    "empty-key": "other-key-refused",
    "compares-without-case": "near-signature-refused",
    "remembers-before-verifying": "refusals-leave-no-trace",
    "ignores-body": "tampered-content-refused",
}


class Shop:
    """Orders as told by webhooks.

    Args:
        now_s: The shop's clock.
        fault: One of `FAULTS`, or empty for none.
    """

    def __init__(self, now_s: float, fault: str = "") -> None:
        self.now_s, self.fault = now_s, fault
        self.orders: dict[str, str] = {}
        self.shipped: list[str] = []
        self.handled: set[str] = set()

    def effects(self) -> Any:
        return dict(self.orders), list(self.shipped)

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        if self.fault == "acts-before-verifying":
            self.shipped.append(headers.get("webhook-id", ""))
        if self.fault == "size-limit-crashes" and len(body) > 1_000_000:
            raise MemoryError("too much")
        if self.fault == "remembers-before-verifying":
            if headers.get("webhook-id", "") in self.handled:
                return 200
            self.handled.add(headers.get("webhook-id", ""))
        if not self.genuine(body, headers):
            return 401
        return self.handle(body, headers)

    def genuine(self, body: bytes, headers: dict[str, str]) -> bool:
        if self.fault == "accepts-everything":
            return True
        given = headers.get("webhook-signature")
        if self.fault == "skips-when-missing" and given is None:
            return True
        if self.fault == "skips-when-empty" and given == "":
            return True
        id_, time = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not time.isdigit() or not id_ or not given:
            return False
        age_s = self.now_s - int(time)
        if (age_s > 300 and self.fault != "never-stale") or (age_s < -300 and self.fault != "no-bound-ahead"):
            return False
        if self.fault == "writes-json-again":
            body = json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()
        text = f"{id_}.{time}.".encode() + (b"" if self.fault == "ignores-body" else body)
        return any(self.fits(text, given, body, key) for key in self.keys())

    def keys(self) -> list[bytes]:
        more = {"two-keys": [SECOND], "empty-key": [b""]}
        return [SECRET, *more.get(self.fault, [])]

    def fits(self, text: bytes, given: str, body: bytes, key: bytes) -> bool:
        if self.fault == "signs-body-only":
            text = body
        if self.fault == "ignores-body":
            return given.startswith("v1,") and len(given) == 47
        right = base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
        pieces = [given] if self.fault == "one-signature-only" else given.split(" ")
        for piece in pieces:
            if self.fault == "any-prefix" and piece.rpartition(",")[2] == right:
                return True
            if self.fault == "compares-start" and piece[:3] == "v1," and right.startswith(piece[3:]):
                return True
            if self.fault == "compares-first-characters" and piece[:23] == f"v1,{right}"[:23]:
                return True
            if self.fault == "compares-without-case" and piece.lower() == f"v1,{right}".lower():
                return True
            if hmac.compare_digest(piece.encode(), f"v1,{right}".encode()):
                return True
        return False

    def handle(self, body: bytes, headers: dict[str, str]) -> int:
        key = headers["webhook-id" if self.fault != "dedupe-by-time" else "webhook-timestamp"]
        if self.fault == "dedupe-by-time":
            key = headers["webhook-id"] + key
        if self.fault == "remembers-before-verifying":
            key += "-"
        if key in self.handled and self.fault != "no-dedupe":
            return 409 if self.fault == "refuses-duplicates" else 200
        event = self.read(body)
        if event is None:
            return 400
        self.handled.add(key)
        return self.act(event)

    def read(self, body: bytes) -> Any:
        if self.fault == "decodes-blindly":
            body.decode()
        try:
            found = json.loads(body)
        except RecursionError:
            if self.fault == "forgets-recursion":
                raise
            return None
        except ValueError as error:
            if self.fault == "parses-blindly" and not isinstance(error, UnicodeDecodeError):
                raise
            return None
        if self.fault == "indexes-blindly":
            found["data"]["order_id"].upper()
        if not isinstance(found, dict) or not isinstance(found.get("data"), dict):
            return None
        return found

    def act(self, event: dict[str, Any]) -> int:
        name, order = event.get("event_type"), event["data"].get("order_id")
        if not isinstance(order, str) or not isinstance(name, str):
            return 400
        if self.fault == "strict-fields" and set(event) != {"event_type", "data"}:
            return 422
        if name not in RANK:
            if self.fault == "unknown-event-crashes":
                raise KeyError(name)
            if self.fault == "unknown-event-acts":
                self.orders[order] = name
            return 200
        if self.fault == "dedupe-by-object" and order in self.orders:
            return 200
        known = RANK.get(self.orders.get(order, ""), 0)
        if RANK[name] >= known or self.fault == "last-event-wins":
            self.orders[order] = name
        if name == "ORDER_PROCESSED":
            self.shipped.append(order)
        return 200
