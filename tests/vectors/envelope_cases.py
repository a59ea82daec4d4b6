"""The checkout envelope vectors: E1, E2 and E2-bug of the reference, then one for each broken layer."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from byhand import PAYKUN_KEY, aes_cbc, base64_text, bytes_member, hmac_hex, message
from shapes import Case

REFERENCE = "facts on PayKun, 2.4; read 2026-11-20"
OURS = "this project, invented values"
IV = bytes(range(16))
ORDER = {
    "order_no": "ORDER00001",
    "product_name": "Widget",
    "amount": "10",
    "success_url": "https://shop.example/success",
    "failure_url": "https://shop.example/failed",
    "customer_name": "Test User",
    "customer_email": "t@example.com",
    "customer_phone": "9999999999",
    "currency": "INR",
}
STYLES: dict[str, tuple[str, str, bool]] = {
    "compact": (",", ":", False),
    "escaped": (",", ":", True),
    "spaced": (", ", ": ", False),
    "colon-spaced": (",", ": ", False),
}


def outer(members: dict[str, Any], style: str = "compact") -> str:
    comma, colon, escaped = STYLES[style]
    text = json.dumps(members, separators=(comma, colon))
    return base64_text((text.replace("/", "\\/") if escaped else text).encode())


def sealed(serialised: bytes, key: bytes = PAYKUN_KEY.encode(), iv: bytes = IV) -> dict[str, str]:
    members = {"iv": base64_text(iv), "value": base64_text(aes_cbc(key, iv, serialised))}
    return {**members, "mac": hmac_hex(key, (members["iv"] + members["value"]).encode(), "sha256")}


def php_string(plaintext: bytes, length: int | None = None) -> bytes:
    return b's:%d:"%b";' % (len(plaintext) if length is None else length, plaintext)


def plaintext(fields: dict[str, str]) -> bytes:
    return ";".join(f"{name}::{fields[name]}" for name in sorted(fields) if fields[name]).encode()


def case(
    name: str,
    comment: str,
    fields: dict[str, str] | None,
    text: bytes,
    *,
    style: str = "compact",
    serialised: bytes | None = None,
    recipe: dict[str, Any] | None = None,
    source: str = OURS,
    members: dict[str, Any] | None = None,
    request: str | None = None,
    layer: str = "",
    flags: tuple[str, ...] = (),
) -> Case:
    """Give one envelope case; a broken one names the first layer that breaks as its reason."""
    wrapped = php_string(text) if serialised is None else serialised
    made = members or sealed(wrapped)
    sent = request if request is not None else outer(made, style)
    body = f"merchant_id=012345678901234&access_token=x&encrypted_request={quote(sent, safe='')}"
    headers = [["Content-Type", "application/x-www-form-urlencoded"]]
    out: Case = {
        "id": f"checkout/{name}",
        "comment": comment,
        "key": {"encryption_key": PAYKUN_KEY},
        "message": message("POST", "/payment", headers, body),
    }
    settings = {**({"json": style} if style != "compact" else {}), **(recipe or {})}
    if settings:
        out["recipe"] = settings
    if fields is not None:
        out["fields"] = [list(pair) for pair in fields.items()]
    if layer in ("", "plaintext"):
        out |= bytes_member("plaintext", text)
        out |= bytes_member("serialised", wrapped)
        out |= {"iv": made["iv"], "value": made["value"], "mac": made["mac"]}
    out |= {
        "encrypted_request": sent,
        "result": "invalid" if layer else "valid",
        "reason": layer or "valid",
        "flags": sorted(flags),
    }
    return {**out, "source": source}


def envelope_cases() -> Iterator[Case]:
    order = plaintext(ORDER)
    yield case("E1", "a single word", None, b"hello", source=REFERENCE, layer="plaintext")
    for style, sdk in (
        ("compact", "NODE and JAVA"),
        ("escaped", "PHP"),
        ("spaced", "PY"),
        ("colon-spaced", "NET"),
    ):
        yield case(
            f"E2-{style}", f"an order, JSON as {sdk} write it", ORDER, order, style=style, source=REFERENCE
        )
    yield case(
        "E2-bug",
        "the official PHP and Node SDKs cut one character too many",
        ORDER,
        order[:-1],
        recipe={
            "plaintext": {"join": {"between": ";"}, "order": "bytes", "exclude": {"drop": "empty"}, "trim": 2}
        },
        source=REFERENCE,
        flags=("Truncation",),
    )
    blanks = {**ORDER, "udf_1": "", "note": "0"}
    yield case("blanks-dropped", "empty values are left out, 0 is kept", blanks, plaintext(blanks))
    names = {"customer_name": "धन्यवाद", "order_no": "ORDER00001"}
    yield case("unicode", "the length counts bytes", names, plaintext(names), flags=("Unicode",))
    for size in (1, 9, 10, 26):
        fields = {"a": "x" * size}
        yield case(f"padding-{size}", "text lengths around a whole block", fields, plaintext(fields))
    colon = {"a": "x::y"}
    yield case(
        "separator-inside", "a :: inside a value stays in it", colon, plaintext(colon), flags=("Delimiter",)
    )
    yield from _broken(order)


def _broken(order: bytes) -> Iterator[Case]:
    good = sealed(php_string(order))
    key = PAYKUN_KEY.encode()

    def broken(name: str, comment: str, layer: str, **more: Any) -> Case:
        return case(name, comment, None, order, layer=layer, flags=("Broken",), **more)

    def remade(iv: str, value: str) -> dict[str, str]:
        return {"iv": iv, "value": value, "mac": hmac_hex(key, (iv + value).encode(), "sha256")}

    yield broken("empty", "an empty request", "json", request="")
    yield broken("not-base64", "not Base64", "base64", request="{}")
    yield broken("truncated", "the Base64 text is cut short", "base64", request=outer(good)[:-1])
    yield broken("not-json", "no JSON inside", "json", request=base64_text(b"not JSON"))
    yield broken("a-list", "a JSON list inside", "json", request=base64_text(b"[]"))
    yield broken(
        "duplicate-member",
        "a member stands twice",
        "json",
        request=base64_text(b'{"iv":"a","iv":"b","value":"","mac":""}'),
    )
    yield broken("no-mac", "no mac", "fields", members={name: good[name] for name in ("iv", "value")})
    yield broken("mac-null", "the mac is null", "fields", members={**good, "mac": None})
    yield broken("mac-changed", "another mac", "mac", members={**good, "mac": good["mac"][::-1]})
    yield broken("mac-empty", "an empty mac", "mac", members={**good, "mac": ""})
    yield broken("mac-upper", "the mac in upper case", "mac", members={**good, "mac": good["mac"].upper()})
    yield broken(
        "mac-look-alike",
        "a full-width digit in the mac",
        "mac",
        members={**good, "mac": "０" + good["mac"][1:]},
    )
    yield broken("value-changed", "another ciphertext", "mac", members={**good, "value": good["value"][::-1]})
    yield broken("iv-changed", "another iv", "mac", members={**good, "iv": base64_text(bytes(16))})
    yield broken(
        "iv-short",
        "an iv of 15 bytes, its mac right",
        "iv",
        members=remade(base64_text(IV[:15]), good["value"]),
    )
    yield broken("iv-not-base64", "an iv that is not Base64", "iv", members=remade("***", good["value"]))
    yield broken(
        "value-not-base64",
        "a value that is not Base64, its mac right",
        "value",
        members=remade(good["iv"], "***"),
    )
    yield broken("value-empty", "no ciphertext, its mac right", "value", members=remade(good["iv"], ""))
    cut = base64_text(base64.b64decode(good["value"])[:-1])
    yield broken(
        "half-block",
        "a ciphertext that is no whole number of blocks",
        "value",
        members=remade(good["iv"], cut),
    )
    whole = base64_text(base64.b64decode(good["value"])[:-16])
    yield broken(
        "block-lost", "the last block lost, its mac right", "padding", members=remade(good["iv"], whole)
    )
    other = sealed(php_string(order), key=PAYKUN_KEY[::-1].encode())
    yield broken("other-key", "sealed with another key", "mac", members=other)
    yield broken(
        "not-serialised", "the text is not a serialised PHP string", "serialisation", serialised=order
    )
    yield broken(
        "serialised-twice",
        "the text is serialised once more, as before Laravel's encrypt()",
        "serialisation",
        serialised=php_string(php_string(order)),
    )
    yield broken(
        "utf-16-length",
        "the length counts UTF-16 units, as the Node SDK's does",
        "serialisation",
        serialised=php_string("a::ध".encode(), 4),
    )
    yield broken(
        "injected", "more after the serialised string", "serialisation", serialised=php_string(order) + b"x"
    )
