"""Run as a program: diagnose hostile messages by their names, and print what came of each, a line each."""

from __future__ import annotations

import json
import sys
import time

from payproof.cli.scheme_options import load_spec
from payproof.model import Message
from payproof.report.diagnosis import render, to_data
from payproof.signing import Keys, context_for, diagnose, load_scheme

HEX = "0" * 128
WRAPPED = (("Content-Type", "application/x-www-form-urlencoded"),)


def json_body(fields: bytes) -> Message:
    return Message("POST", "/x", (), b'{"signature":"' + HEX.encode() + b'",' + fields + b"}")


def hook(body: bytes, signature: str = "v1," + "A" * 43 + "=") -> Message:
    rows = (("webhook-id", "m"), ("webhook-timestamp", "1700000000"), ("webhook-signature", signature))
    return Message("POST", "/x", rows, body)


CASES: dict[str, tuple[str, Message]] = {
    "ten-megabytes": ("paykun.request", json_body(b'"a":"' + b"x" * 10_000_000 + b'"')),
    "ten-megabyte-hook": ("plural.webhook", hook(b'{"a":"' + b"y/\xc3\xa9" * 2_500_000 + b'"}')),
    "hook-of-many-members": (
        "plural.webhook",
        hook(b"{" + b",".join(b'"k%d":{"v":%d.50}' % (n, n) for n in range(50_000)) + b"}"),
    ),
    "many-fields": (
        "paykun.request",
        json_body(b",".join(b'"field%d":"v%d"' % (n, n) for n in range(100_000))),
    ),
    "one-name-many-times": ("paykun.request", json_body(b",".join([b'"a":"1"'] * 100_000))),
    "many-form-fields": (
        "plural.callback",
        Message(
            "POST",
            "/x",
            WRAPPED,
            b"&".join(b"f%d=%%20" % n for n in range(100_000)) + b"&signature=" + b"A" * 64,
        ),
    ),
    "surrogates": ("paykun.request", json_body(b'"\\ud800":"\\udfff","b":"\\ud83d"')),
    "nul": ("paykun.request", json_body(b'"a\\u0000b":"\\u0000","c":"\\u0000|#"')),
    "not-utf-8": ("plural.webhook", hook(b'{"a":"\xff\xfe\x00"}')),
    "deep": ("paykun.request", json_body(b'"a":' + b"[" * 50_000 + b"]" * 50_000)),
    "deep-hook": ("plural.webhook", hook(b"[" * 100_000)),
    "nested-objects": (
        "paykun.webhook",
        Message(
            "POST",
            "/x",
            (),
            b'{"transaction":{"signature":"'
            + HEX.encode()
            + b'",'
            + b",".join(b'"o%d":{"a":[1,2,{"b":null}]}' % n for n in range(2_000))
            + b"}}",
        ),
    ),
    "long-number": ("paykun.request", json_body(b'"n":' + b"9" * 100_000 + b',"m":1e999999999')),
    "tiny-number": ("paykun.request", json_body(b'"n":1e-99999999999999999999,"m":"x"')),
    "long-list": ("paykun.request", json_body(b'"a":[' + b",".join([b"1"] * 3_300_000) + b"]")),
    "long-signature": ("plural.webhook", hook(b"{}", "v1," + "A" * 1_000_000)),
    "long-hex-signature": ("paykun.request", json_body(b'"a":1').with_header("x", "y")),
    "many-signatures": ("plural.webhook", hook(b"{}", " ".join(["v1," + "A" * 43 + "="] * 50_000))),
    "empty": ("plural.webhook", hook(b"")),
    "long-names": (
        "paykun.request",
        json_body(b",".join(b'"' + b"n" * 10_000 + b'%d":%d' % (n, n) for n in range(200))),
    ),
}


#: What answers in a moment, so that each run of the tests can afford it.
QUICK = (
    "hook-of-many-members",
    "deep",
    "deep-hook",
    "long-number",
    "tiny-number",
    "long-signature",
    "long-names",
)


def main() -> int:
    for name in sys.argv[1:]:
        print(json.dumps(answered(*CASES[name])))
    return 0


def answered(scheme: str, message: Message) -> dict[str, object]:
    """Diagnose a message and render the answer in each way; give its sizes and the seconds of it all."""
    spec = load_spec(scheme.partition(".")[0])
    keys = Keys.of(
        {
            "encryption_key": "k" * 32,
            "webhook_secret": "s" * 40,
            "callback_secret": "ab" * 16,
            "access_token": "t" * 32,
        }
    )
    recipe, context = load_scheme(spec.schemes, scheme), context_for(spec, scheme)
    started = time.process_time()
    found = diagnose(recipe, message, keys, context=context)  # type: ignore[arg-type]
    text, data = render(found, keys), json.dumps(to_data(found, keys))
    seconds = time.process_time() - started
    text.encode("ascii", "backslashreplace")
    return {"proven": found.proven, "seconds": seconds, "text": len(text), "data": len(data)}


if __name__ == "__main__":
    sys.exit(main())
