"""Recordings as other programs write them, for the tests."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from vcr.request import Request
from vcr.serialize import serialize
from vcr.serializers import jsonserializer, yamlserializer

BODY = json.dumps({"status": True, "data": {"transaction": {"payment_id": "1-2", "amount": 10.5}}})
DEFAULT_BODY = BODY.encode()


def vcr_text(pairs: list[tuple[Request, dict[str, Any]]], *, form: str = "yaml", metadata: Any = None) -> str:
    """Give what vcrpy itself writes for these requests and responses."""
    rows: dict[str, Any] = {"requests": [row[0] for row in pairs], "responses": [row[1] for row in pairs]}
    if metadata:
        rows["metadata"] = metadata
    return str(serialize(rows, yamlserializer if form == "yaml" else jsonserializer))


def pair(number: int = 0, *, body: Any = DEFAULT_BODY, sent: Any = None) -> tuple[Request, dict[str, Any]]:
    """Give one request and its response."""
    request = Request(
        "POST" if sent else "GET", f"https://api.example/v1/item/{number}?a=1", sent, {"Accept": "*/*"}
    )
    headers = {"Content-Type": ["application/json"], "Set-Cookie": ["a=1", "b=2"]}
    return request, {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": {"string": body}}


#: Texts that are awkward for YAML: line ends, indents, marks of lists and anchors, look-alikes of data.
AWKWARD = st.one_of(
    st.text(max_size=60).filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text)),
    st.sampled_from(
        [
            "- a\n- b\n",
            "\n- request:\n    body: null\n",
            "  leading",
            "trailing  \n\n",
            "&a *a !!binary | > %",
            "null",
            "~",
            "1e3",
            "0o17",
            "12:30:45",
            "2020-01-01",
            "NO",
            "=",
            "<<",
            "{a: [1, 2",
            "'",
            '"',
            "tab\there",
            "\x85\u2028\ufeff",
            "#",
            "---",
            "...",
            "- ",
            "x" * 300,
        ]
    ),
)
BODIES = st.one_of(st.none(), AWKWARD.map(str.encode), st.binary(max_size=60))
HEADERS = st.dictionaries(
    st.text("abcXYZ-", min_size=1, max_size=8), st.lists(AWKWARD, min_size=1, max_size=3), max_size=4
)


@st.composite
def cassettes(draw: st.DrawFn) -> list[tuple[Request, dict[str, Any]]]:
    """Give pairs for a cassette, objects shared between entries included, which YAML writes as aliases."""
    shared = draw(HEADERS)
    rows = []
    for number in range(draw(st.integers(0, 6))):
        request = Request(
            draw(st.sampled_from(["GET", "POST"])),
            f"https://h.example/{number}?q={draw(st.text('ab%&', max_size=5))}",
            draw(BODIES),
            {name: values[0] for name, values in draw(HEADERS).items()},
        )
        headers = shared if draw(st.booleans()) else draw(HEADERS)
        body = {"string": draw(BODIES.filter(lambda one: one is not None))}
        rows.append(
            (
                request,
                {
                    "status": {"code": draw(st.integers(100, 599)), "message": draw(AWKWARD)},
                    "headers": headers,
                    "body": body,
                },
            )
        )
    return rows
