"""One line of the journal: an Interaction as one JSON object, and back.

The format, version 1. The first line is the header: `{"payproof-cassette": 1, "gateway": ..., "spec": ...}`.
Every other line is one entry; a body is a text when it is UTF-8, else `{"base64": ...}`. An entry counts
from its newline on. A reader ignores members that it does not know; a change of meaning raises the version.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from payproof.cassettes.entries import KEPT, from_vcr
from payproof.cassettes.limits import Limits
from payproof.errors import UnreadableInput
from payproof.model import Interaction, Message, reason_phrase

HEADER, VERSION = "payproof-cassette", 1


def header_line(facts: Mapping[str, Any]) -> bytes:
    """Give the first line of a journal; `facts` are gateway, spec, provenance and the like."""
    return _line({HEADER: VERSION, **facts})


def entry_line(interaction: Interaction) -> bytes:
    """Give an interaction's line, newline included."""
    return _line(entry_of(interaction))


def entry_of(interaction: Interaction) -> dict[str, Any]:
    """Give an interaction as plain data."""
    return {
        **_facts(interaction),
        "request": _message(interaction.request),
        "response": _message(interaction.response),
    }


def _facts(interaction: Interaction) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "at": round(interaction.started_s, 6),
        "elapsed": round(interaction.elapsed_s, 6),
        "provenance": interaction.provenance,
        "operation": interaction.operation,
        "failure": interaction.failure,
        **{name: interaction.tags[name] for name in KEPT if name in interaction.tags},
    }
    return {name: value for name, value in facts.items() if value not in ("", 0, [], {})}


def vcr_entry(interaction: Interaction) -> dict[str, Any]:
    """Give an interaction as vcrpy has it; what that cannot say stands beside, under `payproof`."""
    request, response = interaction.request, interaction.response
    made: dict[str, Any] = {
        "request": {
            "body": _vcr_text(request.body) if request.body else None,
            "headers": _grouped(request),
            "method": request.method,
            "uri": request.target,
        }
    }
    if response is not None:
        made["response"] = {
            "body": {"string": _vcr_text(response.body)},
            "headers": _grouped(response),
            "status": {"code": response.status, "message": reason_phrase(response.status)},
        }
    whole: dict[str, Any] = _writable({**made, "payproof": _facts(interaction)})
    return whole


def _writable(value: Any) -> Any:
    """Give data without halves of surrogate pairs, which JSON escapes and no YAML can hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_writable(key): _writable(inner) for key, inner in value.items()}
    return [_writable(inner) for inner in value] if isinstance(value, list) else value


def _grouped(message: Message) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    spelt: dict[str, str] = {}
    for name, value in message.headers:
        rows.setdefault(spelt.setdefault(name.lower(), name), []).append(value)
    return rows


def _vcr_text(body: bytes) -> str | bytes:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body


def _message(message: Message | None) -> dict[str, Any] | None:
    if message is None:
        return None
    text = _vcr_text(message.body)
    body: Any = text if isinstance(text, str) else {"base64": base64.b64encode(text).decode()}
    row: dict[str, Any] = {"headers": [list(pair) for pair in message.headers], "body": body}
    return {"status": message.status, **row} if message.status else {
        "method": message.method, "uri": message.target, **row
    }  # fmt: skip


def _line(data: Mapping[str, Any]) -> bytes:
    # JSON escapes every line end, so that a line is an entry; half a surrogate pair stays escaped.
    return json.dumps(data, separators=(",", ":")).encode() + b"\n"


def read_header(data: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Give a header's facts; raises UnreadableInput for a version which this program does not know."""
    if data[HEADER] != VERSION or data[HEADER] is True:
        raise UnreadableInput(
            "the journal has a format of another version", where=where, hint="read it with a newer payproof"
        )
    return {key: value for key, value in data.items() if key != HEADER}


def read_line(data: Any, limits: Limits) -> Interaction:
    """Give the interaction of an entry's line; raises BadEntry."""
    if not isinstance(data, Mapping):
        return from_vcr(data, limits)
    ours = {key: value for key, value in data.items() if key not in ("request", "response")}
    return from_vcr(
        {"request": data.get("request"), "response": data.get("response"), "payproof": ours}, limits
    )
