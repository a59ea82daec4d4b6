"""Mutations of valid inputs: blind ones of bytes, and ones that know JSON, forms, headers and Base64."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from payproof.model import Header, Message

ODD_TEXTS = (
    *("", " ", "0", "|", "#", "a|b", "\0", "\x1b[31m", "é", "e\u0301", "\ud800", "\udc80", "😀", "%", "%41"),
    *("+", "&", "=", "\r\n", "x" * 500, "signature", "NaN", "1e400", "\u0660", "０", "v1,", "..", '"', "\\"),
)
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -0.0,
    1.5,
    10**30,
    1e308,
    [],
    {},
    [None],
    {"a": 1},
    [[[]]],
)
ODD_BYTES = (
    b"",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\\u0000",
    b"\\ud800",
    b"[" * 200,
    b'{"a":',
    b",",
)


def mutated_bytes(rng: random.Random, data: bytes) -> bytes:
    """Flip, drop, double or move bytes, or put odd ones in."""
    if not data:
        return rng.choice(ODD_BYTES)
    at, to = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    match rng.randrange(6):
        case 0:
            at = rng.randrange(len(data))
            return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at] + data[at + rng.randint(1, 4) :]
        case 2:
            return data[:at] + rng.choice(ODD_BYTES) + data[at:]
        case 3:
            return data[:to] + data[at:]
        case 4:
            return data[:at]
        case _:
            other = rng.randrange(len(data) + 1)
            return data[:other] + data[at : min(to, at + 40)] + data[other:]


def mutated_letter(rng: random.Random, data: bytes) -> bytes:
    """Change one letter or digit into another, which keeps most formats whole."""
    places = [at for at, byte in enumerate(data) if chr(byte).isalnum() and byte < 128]
    if not places:
        return data
    at = rng.choice(places)
    return data[:at] + rng.choice(b"0123456789abcdefXYZ").to_bytes(1, "big") + data[at + 1 :]


def mutated_json(rng: random.Random, data: bytes) -> bytes:
    """Edit one place of a JSON document: a value, a name, the order, a repeated key, or its writing."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return mutated_bytes(rng, data)
    nodes: list[Any] = []
    _collect(tree, nodes)
    if not nodes:
        return mutated_bytes(rng, data)
    _edit(rng, rng.choice(nodes))
    made = json.dumps(tree, ensure_ascii=bool(rng.randrange(2)), indent=rng.choice([None, None, 1]))
    if rng.randrange(12) == 0 and made.startswith("{"):
        made = '{"' + rng.choice(("signature", "a", "iv")) + '":"x",' + made[1:]
    return made.encode("utf-8", "surrogatepass")


def _collect(tree: Any, nodes: list[Any]) -> None:
    if isinstance(tree, dict | list) and tree:
        nodes.append(tree)
        for item in tree.values() if isinstance(tree, dict) else tree:
            _collect(item, nodes)


def _edit(rng: random.Random, node: Any) -> None:
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    key = rng.choice(keys)
    match rng.randrange(7):
        case 0:
            node[key] = rng.choice(ODD_VALUES)
        case 1 | 2:
            node[key] = rng.choice(ODD_TEXTS)
        case 3:
            del node[key]
        case 4:
            other = rng.choice(keys)
            node[key], node[other] = node[other], node[key]
        case 5 if isinstance(node, dict):
            node[rng.choice(ODD_TEXTS)] = node.pop(key)
        case _:
            if isinstance(node[key], str):
                node[key] = mutated_letter(rng, node[key].encode("utf-8", "replace")).decode(
                    "utf-8", "replace"
                )
            elif isinstance(node, dict):
                node[rng.choice(ODD_TEXTS)] = rng.choice(ODD_VALUES)
            else:
                node.append(rng.choice(ODD_VALUES))


def mutated_form(rng: random.Random, data: bytes) -> bytes:
    """Edit one pair of a form or query."""
    pairs = data.split(b"&")
    at = rng.randrange(len(pairs))
    match rng.randrange(6):
        case 0:
            del pairs[at]
        case 1:
            pairs.insert(at, rng.choice(pairs))
        case 2:
            rng.shuffle(pairs)
        case 3:
            name = pairs[at].partition(b"=")[0]
            pairs[at] = name + b"=" + rng.choice(ODD_TEXTS).encode("utf-8", "surrogatepass")
        case 4:
            pairs.append(rng.choice((b"a=b", b"=", b"", b"a", b"%ff=%00", b"a=%zz")))
        case _:
            pairs[at] = mutated_letter(rng, pairs[at])
    return b"&".join(pairs)


def mutated_base64(rng: random.Random, data: bytes, inner: Callable[[random.Random, bytes], bytes]) -> bytes:
    """Edit what Base64 holds and encode it again; now and then the text itself."""
    if rng.randrange(8) == 0:
        return mutated_bytes(rng, data)
    return base64.b64encode(inner(rng, base64.b64decode(data)))


def mutated_headers(rng: random.Random, headers: tuple[Header, ...]) -> tuple[Header, ...]:
    """Change, drop, repeat or rename a header."""
    rows = list(headers)
    if not rows:
        return (("X", rng.choice(ODD_TEXTS)),)
    at = rng.randrange(len(rows))
    name, value = rows[at]
    match rng.randrange(8):
        case 0:
            del rows[at]
        case 1:
            rows.append(rng.choice(rows))
        case 2:
            rows[at] = (name, rng.choice(ODD_TEXTS))
        case 3:
            rows[at] = (name.swapcase(), value)
        case 4:
            rows[at] = (name, f"{value} {value}")
        case _:
            rows[at] = (
                name,
                mutated_letter(rng, value.encode("utf-8", "replace")).decode("utf-8", "replace"),
            )
    return tuple(rows)


def mutated_message(rng: random.Random, message: Message) -> Message:
    """Change one part of a message, in a way that fits the part more often than not."""
    choice = rng.randrange(10)
    if choice == 0 or (choice < 4 and message.headers and not message.body):
        return replace(message, headers=mutated_headers(rng, message.headers))
    if choice == 1 and len(message.headers) > 1:
        return replace(message, headers=mutated_headers(rng, message.headers))
    if not message.body:
        path, mark, query = message.target.partition("?")
        raw = query.encode("utf-8", "surrogatepass")
        changed = mutated_form(rng, raw) if choice < 8 else mutated_bytes(rng, raw)
        return replace(message, target=path + mark + changed.decode("utf-8", "surrogateescape"))
    if choice == 2:
        return replace(message, body=mutated_bytes(rng, message.body))
    if choice == 3:
        return replace(message, body=mutated_letter(rng, message.body))
    if message.body[:1] == b"{":
        return replace(message, body=mutated_json(rng, message.body))
    return replace(message, body=mutated_form(rng, message.body))
