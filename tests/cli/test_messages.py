"""A message is recognised in whatever form somebody has it."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payproof.cli.messages import Wanted, kind_of, read_message, write_message
from payproof.errors import ToolkitError, UnreadableInput, UsageError
from payproof.model import Message

CURL = b"""*   Trying 127.0.0.1:443...
* Connected to h.example
> GET /v1/orders/7?page_number=1 HTTP/1.1
> Host: h.example
> AccessToken: x
>\x20
* Mark bundle
< HTTP/1.1 200 OK
< Content-Type: application/json
< Transfer-Encoding: chunked
<\x20
{ [11 bytes data]
{"a": 1,
 "b": 2}
* Connection #0 left intact
"""
HAR = json.dumps(
    {
        "log": {
            "entries": [
                {
                    "request": {
                        "method": "GET",
                        "url": "https://h/x?a=1",
                        "headers": [{"name": "A", "value": "1"}],
                    },
                    "response": {"status": 200, "headers": [], "content": {"text": '{"n":1.50}'}},
                },
                {
                    "request": {"method": "POST", "url": "/y", "headers": [], "postData": {"text": "{}"}},
                    "response": {
                        "status": 201,
                        "headers": [],
                        "content": {"text": base64.b64encode(b"\xff").decode(), "encoding": "base64"},
                    },
                },
            ]
        }
    }
).encode()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"a":1}', "json"),
        (b"  \n[1]", "json"),
        (b"a=1&b=2\n", "form"),
        (b"a=1\nb=2\n", "fields"),
        (b"POST / HTTP/1.1\r\n\r\n", "http"),
        (b"HTTP/2 200\r\n\r\n", "http"),
        (b"HTTP/1.1 404 Not Found\n\n", "http"),
        (CURL, "curl"),
        (HAR, "har"),
        (b"hello", "text"),
        (b"", "text"),
    ],
)
def test_each_form_is_recognised(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind


def read(data: bytes, **wanted: object) -> Message:
    return read_message(data, Wanted(**wanted), where="here").message  # type: ignore[arg-type]


def test_raw_http_keeps_bytes_and_header_order() -> None:
    raw = b"POST /x?a=%20 HTTP/1.1\r\nB: 2\r\nA:  1 \r\nB: 3\r\n\r\n\r\n{\xff}\r\n"
    expected = Message("POST", "/x?a=%20", (("B", "2"), ("A", "1"), ("B", "3")), b"\r\n{\xff}\r\n")
    assert read(raw) == expected
    assert read(raw.replace(b"\r\n", b"\n", 5)) == expected


def test_a_response_has_a_status() -> None:
    assert read(b"HTTP/1.1 200 OK\nA: 1\n\n{}", response=True) == Message("", "", (("A", "1"),), b"{}", 200)


def test_curl_shows_both_directions() -> None:
    asked = read(CURL)
    assert (asked.method, asked.target, asked.body) == ("GET", "/v1/orders/7?page_number=1", b"")
    assert asked.headers == (("Host", "h.example"), ("AccessToken", "x"))
    answer = read(CURL, response=True)
    assert (answer.status, answer.body) == (200, b'{"a": 1,\n "b": 2}')


def test_a_har_file_gives_the_entry_asked_for() -> None:
    assert read(HAR, entry=1) == Message("GET", "https://h/x?a=1", (("A", "1"),), b"")
    assert read(HAR, entry=1, response=True).body == b'{"n":1.50}'
    assert read(HAR, entry=2, response=True) == Message("", "", (), b"\xff", 201)
    assert read(HAR, entry=2).body == b"{}"
    for entry in (0, 3):
        with pytest.raises(UsageError, match="has 2 entries"):
            read(HAR, entry=entry)


@pytest.mark.parametrize("data", [b'{"a": 1}', b"a=1", b"GET / HTTP/1.1\r\n\r\n"])
def test_an_entry_is_chosen_from_a_har_file_only(data: bytes) -> None:
    with pytest.raises(UsageError, match="no entries"):
        read(data, entry=2)


def test_fields_are_taken_as_they_are_and_form_text_is_not_encoded_again() -> None:
    assert read(b"a=x+y%20\nb==&\r\n").body == b"a=x%2By%2520&b=%3D%26"
    assert read(b"a=x+y%20&b=1\n").body == b"a=x+y%20&b=1"
    assert read(b"a=1\nb=2", in_query=True) == Message("GET", "/?a=1&b=2")


def test_options_complete_and_replace_what_the_text_says() -> None:
    made = read(b"{}", headers=(("content-type", "text/x"), ("X", "1")), method="PUT", target="/t")
    assert made == Message("PUT", "/t", (("content-type", "text/x"), ("X", "1")), b"{}")


@pytest.mark.parametrize(
    "data",
    [
        b"POST / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\n folded: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"> GET / HTTP/1.1\n* no answer\n",
        b'{"log":{"entries":[',
        b'{"log":{"entries":[1]}}',
        b'{"log":{"entries":[{"request":{}}]}}',
    ],
)
def test_broken_texts_are_unreadable_and_say_what_to_do(data: bytes) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read(data, response=data.startswith(b">"))
    assert caught.value.hint


@given(
    st.binary()
    | st.sampled_from([CURL, HAR]).flatmap(lambda data: st.integers(0, len(data)).map(lambda n: data[:n]))
)
def test_no_text_raises_anything_else(data: bytes) -> None:
    for response in (False, True):
        try:
            made = read_message(data, Wanted(response=response), where="here")
        except ToolkitError:
            continue
        assert isinstance(write_message(made, made.message), bytes)


def test_a_message_is_written_in_the_form_in_which_it_came() -> None:
    for text in (b'{"a": 1}', b"a=1&b=2\n", b"POST /x HTTP/1.1\r\nA: 1\r\nContent-Length: 2\r\n\r\n{}"):
        made = read_message(text, Wanted(), where="here")
        assert write_message(made, made.message) == text
