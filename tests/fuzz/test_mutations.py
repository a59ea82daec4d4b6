"""Mutations of valid inputs raise nothing but what is documented, and most of them get past the parsers.

`PAYPROOF_FUZZ_COUNT` sets how many are run in all, `PAYPROOF_FUZZ_SEED` from which seed.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import os
import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from tests.fuzz.mutator import (
    mutated_base64,
    mutated_bytes,
    mutated_json,
    mutated_letter,
    mutated_message,
)
from tests.signing.schemes import SCHEMES
from tests.signing.vectors import keys_of, message_of, vectors

from payproof.errors import KeyMaterialError, SpecError
from payproof.model import Message
from payproof.signing import Envelope, Keys, Recipe, load_scheme, open_envelope, verify
from payproof.signing.opening import LAYERS
from payproof.signing.verdict import REASONS
from payproof.spec import loads

COUNT = int(os.environ.get("PAYPROOF_FUZZ_COUNT", "100000"))
SEED = int(os.environ.get("PAYPROOF_FUZZ_SEED", "20261120"))
SHARES = {"verify": 0.75, "decrypt": 0.2, "spec": 0.05}
COMPARED = {"valid", "valid-time-unchecked", "mismatch", "stale", "future", "malformed-time", "missing-time"}
"""Reasons which only a message has whose signature was compared."""
VECTOR_KEY = b"0123456789ABCDEF0123456789ABCDEF"
MAC_COMPARED = {"", *LAYERS[LAYERS.index("mac") :]}


def _roles(scheme: Mapping[str, Any]) -> list[str]:
    return [row["key"]["role"] for row in (scheme, *scheme.get("rounds", ())) if "role" in row.get("key", {})]


def report(
    capsys: pytest.CaptureFixture[str], name: str, count: int, reached: int, seen: Counter[str]
) -> None:
    with capsys.disabled():
        common = ", ".join(f"{reason or 'ok'} {times}" for reason, times in seen.most_common())
        print(f"\n{name}: {count} mutations, {reached / count:.0%} reached the comparison ({common})")


def test_no_mutation_of_a_message_makes_verify_raise(capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(SEED)
    rows = []
    for scheme, case in vectors():
        if case["result"] != "invalid":
            recipe = load_scheme(SCHEMES, scheme, overrides=case.get("recipe"))
            assert isinstance(recipe, Recipe)
            rows.append((recipe, message_of(case), keys_of(case), case.get("now_s")))
    count = int(COUNT * SHARES["verify"])
    seen: Counter[str] = Counter()
    for _ in range(count):
        recipe, message, keys, now_s = rng.choice(rows)
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            message = mutated_message(rng, message)
        seen[verify(recipe, message, keys, now_s=now_s).reason] += 1
    assert set(seen) <= set(REASONS)
    reached = sum(seen[reason] for reason in COMPARED)
    report(capsys, "verify", count, reached, seen)
    assert reached >= count / 2


def vouched_for(rng: random.Random, data: bytes) -> bytes:
    """Change the ciphertext or iv and give it the right mac, so that what lies behind the mac is reached."""
    members = json.loads(data)
    name = rng.choice(("iv", "value", "value"))
    if rng.randrange(2):
        raw = mutated_bytes(rng, base64.b64decode(members[name]))
        members[name] = base64.b64encode(raw).decode()
    else:
        members[name] = mutated_bytes(rng, members[name].encode()).decode("ascii", "replace")
    covered = (members["iv"] + members["value"]).encode()
    members["mac"] = hmac.new(VECTOR_KEY, covered, "sha256").hexdigest()
    return json.dumps(members).encode()


def test_no_mutation_of_an_envelope_makes_opening_raise(capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(SEED + 1)
    rows = [
        (
            load_scheme(SCHEMES, scheme, overrides=case.get("recipe")),
            case["encrypted_request"].encode(),
            keys_of(case),
        )
        for scheme, case in vectors(envelopes=True)
        if case["result"] == "valid"
    ]
    count = int(COUNT * SHARES["decrypt"])
    seen: Counter[str] = Counter()
    for at in range(count):
        envelope, text, keys = rng.choice(rows)
        assert isinstance(envelope, Envelope)
        inner = (mutated_letter, mutated_letter, mutated_json, mutated_bytes, vouched_for, vouched_for)[
            at % 6
        ]
        seen[open_envelope(envelope, mutated_base64(rng, text, inner), keys).layer] += 1
    assert set(seen) <= {"", *LAYERS}
    reached = sum(seen[layer] for layer in MAC_COMPARED)
    report(capsys, "decrypt", count, reached, seen)
    assert reached >= count / 2


SOME_KEYS = Keys.of({role: "00112233" for scheme in SCHEMES.values() for role in _roles(scheme)})
SIGNED = Message(
    "POST",
    "/?a=1&signature=00",
    (("webhook-id", "1"), ("webhook-timestamp", "2"), ("webhook-signature", "v1,AA=="), ("X-VERIFY", "00")),
    b'{"request":"e30=","signature":"00","timestamp":"1","n":{"a":[1.5,null,"/"]},"transaction":{"signature":"00"}}',
)
SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://api.shop.example/v1", "x-environment": "live"}],
    "paths": {
        "/orders/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "getOrder",
                "responses": {"200": {"$ref": "#/components/responses/Order"}},
                "x-signing": {"response": {"scheme": "shop.response"}},
            },
        }
    },
    "components": {
        "responses": {
            "Order": {
                "description": "the order",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
            }
        },
        "schemas": {
            "Order": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
        },
        "x-signing-schemes": {name: dict(scheme) for name, scheme in SCHEMES.items()},
    },
    "x-switches": {"s": {"summary": "s", "settings": {"a": {"summary": "a"}}, "default": "a"}},
}


def test_no_mutation_of_a_spec_makes_the_loader_raise_more_than_a_spec_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rng = random.Random(SEED + 2)
    written = yaml.safe_dump(SPEC, sort_keys=False).encode()
    as_json = json.dumps(SPEC).encode()
    count = int(COUNT * SHARES["spec"])
    seen: Counter[str] = Counter()
    for at in range(count):
        # What JSON is, YAML is too, so edits that know JSON reach both readers.
        data = mutated_json(rng, as_json) if at % 3 else mutated_bytes(rng, written if at % 2 else as_json)
        seen[_read(data, "spec.json" if at % 2 else "spec.yaml")] += 1
    assert set(seen) <= {"read", "refused when loaded", "refused when used"}
    reached = seen["read"] + seen["refused when used"]
    report(capsys, "spec", count, reached, seen)
    assert reached >= count / 2


def _use(scheme: Recipe | Envelope) -> None:
    """Whatever a document says of a scheme that could be loaded, using it raises nothing else either."""
    if isinstance(scheme, Envelope):
        open_envelope(scheme, "e30=", SOME_KEYS)
        return
    with contextlib.suppress(KeyMaterialError):
        verify(scheme, SIGNED, SOME_KEYS, now_s=0)


def _read(data: bytes, name: str) -> str:
    try:
        spec = loads(data, name)
    except SpecError as error:
        return "refused when loaded" if error.where and error.hint else "refused without a hint"
    try:
        for operation in spec.every_operation():
            assert operation.responses is not None
        for scheme in spec.schemes:
            _use(load_scheme(spec.schemes, scheme))
        assert spec.switches is not None
        assert spec.servers is not None
    except SpecError:
        return "refused when used"
    return "read"
