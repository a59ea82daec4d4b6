"""A message from whatever a person has at hand: a body, fields, raw HTTP, `curl -v`, a HAR file.

The form is recognised from the text itself, since somebody at 2 a.m. should not have to name it:

    a HAR file            JSON with log.entries; one entry is chosen
    raw HTTP              a request or status line, headers, an empty line, the body
    curl -v output        lines that start with `> ` and `< `; curl shows no request body
    a JSON body           an object or a list
    form text             one line with `=`: percent-encoded, as in a query or a form body
    fields                several lines `name=value`, as they are: nothing is decoded
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from payproof.errors import UnreadableInput, UsageError
from payproof.model import Header, Message

MAX_BYTES = 64 * 1024 * 1024
Kind = Literal["har", "http", "curl", "json", "form", "fields", "text"]
FORM_TYPE = "application/x-www-form-urlencoded"
_REQUEST_LINE = re.compile(rb"[A-Z]{1,20} \S+ HTTP/\d(\.\d)?\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})(?: [^\r\n]*)?\r?\n")
_CURL = re.compile(rb"^[>*<] ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of the text.

    Args:
        response: Whether the scheme covers a response.
        in_query: Whether fields travel in the query.
        entry: Which entry of a HAR file, from 1.
        headers, method, target: What replaces or completes the text's own.
    """

    response: bool = False
    in_query: bool = False
    entry: int = 0
    headers: tuple[Header, ...] = ()
    method: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A message, and the form in which it was given."""

    kind: Kind
    message: Message


def read_bytes(path: str) -> bytes:
    """Give a file's bytes, or standard input's for `-`; raises UnreadableInput."""
    where = "standard input" if path == "-" else path
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableInput(
            f"the file cannot be read: {error.strerror or type(error).__name__}",
            where=where,
            hint="give a file that exists, or - for standard input",
        ) from None
    if len(data) > MAX_BYTES:
        raise UnreadableInput("the message is larger than 64 MB", where=where, hint="give one message")
    return data


def read_message(data: bytes, wanted: Wanted, *, where: str) -> Given:
    """Give the message that a text holds; raises UnreadableInput where it holds none."""
    kind = kind_of(data)
    if wanted.entry and kind != "har":
        raise no_entries()
    readers = {"har": _har, "http": _http, "curl": _curl, "json": _body, "text": _body, "form": _form}
    message = readers.get(kind, _fields)(data, wanted, where)
    headers = tuple(row for row in message.headers if row[0].lower() not in _names(wanted.headers))
    message = replace(message, headers=headers + wanted.headers)
    if not wanted.response:
        message = replace(
            message, method=wanted.method or message.method, target=wanted.target or message.target
        )
    return Given(kind, message)


def no_entries() -> UsageError:
    """Give the error of an entry chosen where there are none."""
    hint = "leave it out, or give a HAR file (diagnose takes cassettes too)"
    return UsageError("the input has no entries to choose from", where="--entry", hint=hint)


def _names(headers: Sequence[Header]) -> set[str]:
    return {name.lower() for name, _ in headers}


def kind_of(data: bytes) -> Kind:
    """Recognise the form of a text."""
    start = data.lstrip()[:1]
    if _REQUEST_LINE.match(data) or _STATUS_LINE.match(data):
        return "http"
    if start in (b"{", b"["):
        return "har" if b'"log"' in data[:4096] and b'"entries"' in data else "json"
    if _CURL.match(data) and re.search(rb"^> [A-Z]+ \S+ HTTP/", data, re.MULTILINE):
        return "curl"
    lines = [line for line in data.splitlines() if line]
    if not lines or any(b"=" not in line for line in lines):
        return "text"
    return "form" if len(lines) == 1 else "fields"


def _body(data: bytes, wanted: Wanted, where: str) -> Message:
    headers = (("Content-Type", "application/json"),) if kind_of(data) == "json" else ()
    return Message("", "", headers, data, 200) if wanted.response else Message("POST", "/", headers, data)


def _form(data: bytes, wanted: Wanted, where: str) -> Message:
    line = data.strip(b"\r\n")
    if wanted.in_query:
        return Message("GET", "/?" + line.removeprefix(b"?").decode("utf-8", "surrogateescape"))
    return Message("POST", "/", (("Content-Type", FORM_TYPE),), line)


def _fields(data: bytes, wanted: Wanted, where: str) -> Message:
    from urllib.parse import quote_from_bytes

    rows = [line.partition(b"=") for line in data.splitlines() if line]
    text = "&".join(
        f"{quote_from_bytes(name, safe='')}={quote_from_bytes(value, safe='')}" for name, _, value in rows
    )
    return _form(text.encode(), wanted, where)


def _http(data: bytes, wanted: Wanted, where: str) -> Message:
    message = _parsed(data, where)
    # What a transfer coding wraps cannot be told from a body.
    if message.header("transfer-encoding") is not None:
        raise UnreadableInput(
            "the message's body has a transfer coding", where=where, hint="give the body as it is decoded"
        )
    return message


def _parsed(data: bytes, where: str) -> Message:
    found = re.search(rb"\r?\n\r?\n", data)
    head, body = (data[: found.start()], data[found.end() :]) if found else (data, b"")
    first, *lines = re.split(rb"\r?\n", head.rstrip(b"\r\n"))
    headers = tuple(_header(line, where) for line in lines)
    status = _STATUS_LINE.match(first + b"\n")
    if status:
        return Message("", "", headers, body, int(status[1]))
    if not _REQUEST_LINE.match(first + b"\n"):
        raise UnreadableInput(
            "the message has no request or status line", where=where, hint="give it from its first line on"
        )
    method, target, _ = first.decode("utf-8", "surrogateescape").split(" ")
    return Message(method, target, headers, body)


def _header(line: bytes, where: str) -> Header:
    name, mark, value = line.decode("utf-8", "surrogateescape").partition(":")
    if not mark or not name or name != name.strip():
        raise UnreadableInput(
            "a header line has no name and colon", where=where, hint="write Name: value, one a line"
        )
    return name, value.strip(" \t")


def _curl(data: bytes, wanted: Wanted, where: str) -> Message:
    sign = b"<" if wanted.response else b">"
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    # After a redirect or a 100 Continue there are several heads; the last one is the message's.
    starts = [at for at, line in enumerate(lines) if re.match(rb"[<>] (HTTP/|[A-Z]+ \S+ HTTP/)", line)]
    own = [at for at in starts if lines[at].startswith(sign)]
    if not own:
        raise UnreadableInput(
            "curl's output shows no response", where=where, hint="give the output of curl -v, both streams"
        )
    head = []
    for line in lines[own[-1] :]:
        if line.startswith(sign):
            head.append(line[2:])
        elif not line.startswith((b"* ", b"{ [", b"} [")):
            break
    rest = [line for line in lines[own[-1] + 1 :] if not line.startswith((b"<", b">", b"* ", b"{ [", b"} ["))]
    body = b"\n".join(rest) if wanted.response else b""
    text = b"\n".join([line for line in head if line]) + b"\n\n" + body.rstrip(b"\n")
    return _parsed(text, where)  # curl has taken off any transfer coding


def _har(data: bytes, wanted: Wanted, where: str) -> Message:
    import json

    try:
        entries = json.loads(data)["log"]["entries"]
        count = len(entries)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UnreadableInput(
            "this is no HAR file", where=where, hint="save it anew from the browser"
        ) from None
    if not 1 <= (wanted.entry or 1) <= count or (count > 1 and not wanted.entry):
        raise UsageError(
            f"the HAR file has {count} entries", where=where, hint=f"choose one with --entry 1 to {count}"
        )
    try:
        return _har_part(entries[(wanted.entry or 1) - 1], wanted.response)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnreadableInput(
            f"entry {wanted.entry or 1} of the HAR file is broken", where=where, hint="save it anew"
        ) from None


def _har_part(entry: dict[str, Any], response: bool) -> Message:
    part = entry["response" if response else "request"]
    headers = tuple((str(row["name"]), str(row["value"])) for row in part["headers"])
    if not response:
        text = (part.get("postData") or {}).get("text", "")
        return Message(part["method"], part["url"], headers, text.encode("utf-8", "surrogatepass"))
    content = part["content"]
    text = content.get("text", "")
    if content.get("encoding") == "base64":
        import base64

        return Message("", "", headers, base64.b64decode(text, validate=True), int(part["status"]))
    return Message("", "", headers, text.encode("utf-8", "surrogatepass"), int(part["status"]))


def write_message(given: Given, message: Message) -> bytes:
    """Give a message in the form in which it came: a body, a query, or raw HTTP."""
    if given.kind in ("json", "text"):
        return message.body
    if given.kind in ("form", "fields"):
        body = message.body or message.target.partition("?")[2].encode("utf-8", "surrogateescape")
        return body + b"\n"
    first = f"HTTP/1.1 {message.status}" if message.status else f"{message.method} {message.target} HTTP/1.1"
    head = [
        first,
        *(f"{name}: {value}" for name, value in message.headers if name.lower() != "content-length"),
    ]
    if message.body:
        head.append(f"Content-Length: {len(message.body)}")
    return "\r\n".join([*head, "", ""]).encode("utf-8", "surrogateescape") + message.body
