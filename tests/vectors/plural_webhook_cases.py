"""The vectors of plural.webhook: the official one first, then ours, tampering, times."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from byhand import base64_text, bytes_member, hmac_hex, message
from plural_messages import (
    EVENT,
    JSON,
    NOW_S,
    OFFICIAL,
    OURS,
    REFERENCE,
)
from shapes import ABSENT, Case, Signed


def webhook_sign(key: bytes, text: bytes) -> Signed:
    made = bytes.fromhex(hmac_hex(key, text, "sha256"))
    return [made.hex()], "v1," + base64_text(made)


def webhook_case(
    name: str,
    comment: str,
    *,
    secret: str = "plural-test-secret",
    id_: str | None = "msg_test0001",
    time: str | None = str(NOW_S),
    body: str | bytes = EVENT,
    carried: Any = None,
    signed_body: str | bytes | None = None,
    headers: list[list[str]] | None = None,
    result: str = "valid",
    reason: str = "",
    flags: tuple[str, ...] = (),
    now_s: float | None = NOW_S,
    source: str = OURS,
    form: str = "text",
) -> Case:
    """Give one case over `id.timestamp.body`; `carried` None is the right signature of what is sent."""
    raw = body.encode() if isinstance(body, str) else body
    key = secret.encode() if form == "text" else base64.b64decode(secret)
    text = b".".join([(id_ or "").encode(), (time or "").encode(), raw])
    covered = text if signed_body is None else text[: len(text) - len(raw)] + _bytes(signed_body)
    right = webhook_sign(key, covered)[1]
    sent = list(JSON)
    sent += [] if id_ is None else [["webhook-id", id_]]
    sent += [] if time is None else [["webhook-timestamp", time]]
    given = right if carried is None else carried(right) if callable(carried) else carried
    sent += [] if given is ABSENT else [["webhook-signature", given]]
    made: Case = {
        "id": f"webhook/{name}",
        "comment": comment,
        "key": {"webhook_secret": secret},
        "message": message("POST", "/payments/plural", sent + (headers or []), raw),
    }
    if form != "text":
        made["recipe"] = {"key": {"role": "webhook_secret", "form": form}}
    if id_ is not None and time is not None:
        made |= bytes_member("canonical", text)
        if "canonical" in made:
            parts = [["header webhook-id", id_], ["header webhook-timestamp", time], ["body", raw.decode()]]
            made["fields"] = parts
        hashed, signature = webhook_sign(key, text)
        made |= {"key_hex": key.hex(), "digests": hashed, "signature": signature}
    made |= {
        "result": result,
        "reason": reason or ("mismatch" if result == "invalid" else "valid"),
        "flags": sorted(flags),
    }
    if now_s is not None:
        made["now_s"] = now_s
    return {**made, "source": source}


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def webhook_cases() -> Iterator[Case]:
    official: dict[str, Any] = {
        "secret": "abc1234",
        "id_": "msg_2nEfCaUDn9fynC9Kz2upo1QSydl",
        "time": "1728543028",
        "body": '{"payload":"payload"}',
        "now_s": 1728543028,
    }
    yield webhook_case("official", "the documented example", source=OFFICIAL, **official)
    yield webhook_case(
        "official-base64-text-key",
        "the Base64 text of the secret used as the key",
        source=REFERENCE,
        carried="v1,SJZqxPDwHX82b+nKGWp+2eAXZo4ygWnHf0juiYQK95c=",
        result="invalid",
        flags=("WrongKey",),
        **official,
    )
    yield webhook_case("ours", "our own vector", source=REFERENCE)
    yield webhook_case(
        "ours-base64-text-key",
        "our own vector, the Base64 text of the secret used as the key",
        source=REFERENCE,
        carried="v1,iM0aiSOLq6O9NUDBH3RHPnpuON4YROLIu0dSZNQY8IY=",
        result="invalid",
        flags=("WrongKey",),
    )
    yield webhook_case(
        "base64-key",
        "a secret that is given in Base64",
        secret="cGx1cmFsLXRlc3Qtc2VjcmV0",
        form="base64",
        flags=("KeyForm",),
    )
    yield from _webhook_signatures()
    yield from _webhook_bodies()
    yield from _webhook_headers()
    yield from _webhook_times()


def _webhook_signatures() -> Iterator[Case]:
    def wrong(name: str, comment: str, carried: Any, reason: str = "mismatch", *flags: str) -> Case:
        return webhook_case(
            name,
            comment,
            carried=carried,
            result="invalid",
            reason=reason,
            flags=("ModifiedSignature", *flags),
        )

    yield wrong("truncated", "the last character is cut off", lambda right: right[:-1])
    yield wrong("too-long", "a character too many", lambda right: right + "A")
    yield wrong(
        "other-letter-case", "Base64 in the other letter case", lambda right: "v1," + right[3:].swapcase()
    )
    yield wrong("empty", "an empty header", "", "empty-signature", "EmptySignature")
    yield wrong("blank", "a header of spaces", "   ", "empty-signature", "EmptySignature")
    yield wrong("version-only", "nothing after v1,", "v1,")
    yield wrong("missing", "no header", ABSENT, "missing-signature", "MissingSignature")
    yield wrong("no-version", "the version is missing", lambda right: right[3:], "malformed-signature")
    yield wrong(
        "equals-version", "v1= instead of v1,", lambda right: "v1=" + right[3:], "malformed-signature"
    )
    yield wrong("version-2", "another version", lambda right: "v2," + right[3:], "malformed-signature")
    yield wrong(
        "unpadded", "Base64 without its padding", lambda right: right.rstrip("="), "mismatch", "Base64"
    )
    yield wrong(
        "stray-bits",
        "the last letter carries bits that Base64 ignores",
        lambda right: right[:-2] + chr(ord(right[-2]) + 1) + "=",
        "mismatch",
        "Base64",
    )
    yield wrong(
        "url-alphabet",
        "the URL alphabet of Base64",
        lambda right: right.replace("+", "-").replace("/", "_"),
        "mismatch",
        "Base64",
    )
    yield wrong(
        "line-break",
        "a line break inside Base64",
        lambda right: right[:20] + "\n" + right[20:],
        "mismatch",
        "Base64",
    )
    yield wrong(
        "look-alike",
        "a full-width letter",
        lambda right: right[:8] + "Ａ" + right[9:],
        "malformed-signature",
        "LookAlike",
    )
    yield wrong("nul", "a NUL character at the end", lambda right: right + "\0", "mismatch", "Nul")
    yield wrong("hex", "the digest in hex", lambda right: "v1," + base64.b64decode(right[3:]).hex())
    wrong_one = "v1," + base64_text(bytes(32))
    yield webhook_case(
        "two-signatures",
        "the second of two fits",
        carried=lambda right: f"{wrong_one} {right}",
        result="acceptable",
        flags=("SeveralSignatures",),
    )
    yield webhook_case(
        "other-version-first",
        "an unknown version before the one that fits",
        carried=lambda right: f"v1a,xyz {right}",
        result="acceptable",
        flags=("SeveralSignatures",),
    )
    yield webhook_case(
        "sixteen-signatures",
        "the last of sixteen fits",
        carried=lambda right: " ".join([wrong_one] * 15 + [right]),
        result="acceptable",
        flags=("SeveralSignatures",),
    )
    yield wrong(
        "seventeen-signatures",
        "more than are looked at",
        lambda right: " ".join([wrong_one] * 16 + [right]),
        "too-many-signatures",
        "SeveralSignatures",
    )
    yield wrong(
        "comma-list", "two signatures with a comma between them", lambda right: f"{wrong_one},{right}"
    )


def _webhook_bodies() -> Iterator[Case]:
    changed = EVENT.replace("PROCESSED", "CANCELLED")
    yield webhook_case(
        "body-changed",
        "the body changed after signing",
        body=changed,
        signed_body=EVENT,
        result="invalid",
        flags=("ModifiedValue",),
    )
    yield webhook_case(
        "re-serialised",
        "the same JSON with spaces",
        body=json.dumps(json.loads(EVENT)),
        signed_body=EVENT,
        result="invalid",
        flags=("ModifiedValue",),
    )
    yield webhook_case(
        "newline-added",
        "a newline after the body",
        body=EVENT + "\n",
        signed_body=EVENT,
        result="invalid",
        flags=("ModifiedValue",),
    )
    yield webhook_case("empty-body", "no body", body="")
    yield webhook_case("not-json", "a body that is not JSON", body="not JSON: {", flags=("RawBytes",))
    yield webhook_case("not-utf-8", "bytes that are not UTF-8", body=b'{"a":"\xff\xc3"}', flags=("RawBytes",))
    yield webhook_case(
        "other-invalid-bytes",
        "other invalid bytes than those signed",
        body=b'{"a":"\xfe\xc3"}',
        signed_body=b'{"a":"\xff\xc3"}',
        result="invalid",
        flags=("RawBytes",),
    )
    yield webhook_case("nul-body", "a NUL byte in the body", body="a\0b", flags=("Nul",))
    yield webhook_case("crlf", "CR LF in the body", body='{\r\n"a": 1\r\n}\r\n', flags=("RawBytes",))
    yield webhook_case("bom", "a byte-order mark before the body", body="\ufeff{}", flags=("RawBytes",))
    yield webhook_case(
        "duplicate-keys",
        "keys that stand twice are covered, since the bytes are",
        body='{"a":1,"a":2}',
        flags=("DuplicateKey",),
    )
    yield webhook_case("unicode", "letters beyond ASCII", body='{"name":"धन्यवाद 😀"}', flags=("Unicode",))


def _webhook_headers() -> Iterator[Case]:
    base: dict[str, Any] = {"result": "invalid"}
    yield webhook_case(
        "other-key", "another secret", carried=webhook_sign(b"other", _text())[1], flags=("WrongKey",), **base
    )
    yield webhook_case(
        "id-changed",
        "another id",
        id_="msg_test0002",
        carried=webhook_sign(b"plural-test-secret", _text())[1],
        flags=("ModifiedValue",),
        **base,
    )
    yield webhook_case(
        "id-missing", "no webhook-id", id_=None, carried="v1,AAAA", reason="nothing-to-sign", **base
    )
    yield webhook_case(
        "time-missing", "no webhook-timestamp", time=None, carried="v1,AAAA", reason="nothing-to-sign", **base
    )
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        yield webhook_case(
            f"repeated-{name}",
            f"{name} stands twice",
            headers=[[name, "x"]],
            reason="repeated-header",
            flags=("RepeatedHeader",),
            **base,
        )
    yield webhook_case(
        "moved-dot",
        "a dot inside the id is as good as its end",
        id_="msg",
        time="1.1700000000",
        carried=webhook_sign(b"plural-test-secret", b"msg.1.1700000000." + EVENT.encode())[1],
        result="invalid",
        reason="malformed-time",
        flags=("Collision",),
    )
    yield webhook_case("unicode-id", "an id beyond ASCII", id_="msg_ü", flags=("Unicode",))


def _text() -> bytes:
    return f"msg_test0001.{NOW_S}.{EVENT}".encode()


def _webhook_times() -> Iterator[Case]:
    def at(name: str, comment: str, now_s: float | None, reason: str = "valid", **more: Any) -> Case:
        ok = reason.startswith("valid")
        return webhook_case(
            name,
            comment,
            now_s=now_s,
            result="valid" if ok else "invalid",
            reason=reason,
            flags=("Time",),
            **more,
        )

    yield at("unchecked", "no clock given", None, "valid-time-unchecked")
    yield at("oldest", "300 s old", NOW_S + 300)
    yield at("stale", "just over 300 s old", NOW_S + 300.5, "stale")
    yield at("newest", "300 s ahead", NOW_S - 300)
    yield at("future", "301 s ahead", NOW_S - 301, "future")
    yield at("time-text", "a time that is no number", NOW_S, "malformed-time", time="now")
    yield at("time-empty", "an empty time", NOW_S, "malformed-time", time="")
    yield at("time-fraction", "a fraction of a second", NOW_S, "malformed-time", time=f"{NOW_S}.0")
    yield at("time-negative", "a time before the epoch", NOW_S, "malformed-time", time="-5")
    yield at("time-arabic-indic", "digits that are not ASCII", NOW_S, "malformed-time", time="١٧٠٠٠٠٠٠٠٠")
    yield at("time-milliseconds", "milliseconds instead of seconds", NOW_S, "future", time=f"{NOW_S}000")
    bare = webhook_case(
        "time-uncovered-missing",
        "a scheme that checks a time which it does not sign",
        time=None,
        carried=webhook_sign(b"plural-test-secret", EVENT.encode())[1],
        result="invalid",
        reason="missing-time",
        flags=("Time",),
    )
    yield {**bare, "recipe": {"parts": {"list": ["body"]}}}
    yield at("time-huge", "a thousand digits", NOW_S, "malformed-time", time="9" * 1000)
