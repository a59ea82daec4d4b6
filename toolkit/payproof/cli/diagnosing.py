"""What `diagnose` and `verify --explain` share: all keys a merchant holds, the message, the search."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from payproof.cli.scheme_options import MessageOptions, SchemeOptions
from payproof.errors import UsageError

if TYPE_CHECKING:
    from payproof.model import Message
    from payproof.signing.diagnosis.answer import Diagnosis
    from payproof.signing.envelope import Envelope
    from payproof.signing.keys import Keys
    from payproof.signing.recipe import Recipe
    from payproof.spec import Spec

SANDBOX = "sandbox"
"""What stands before a role whose key is another environment's: `PAYPROOF_<GATEWAY>_SANDBOX_<ROLE>`."""


def diagnosis_of(
    recipe: Recipe,
    message: Message,
    keys: Keys,
    *,
    spec: Spec,
    chosen: SchemeOptions,
    earlier: Sequence[Message] = (),
    now_s: float | None = None,
) -> Diagnosis:
    """Diagnose one message with all that the spec knows of the scheme."""
    from payproof.signing.diagnosis.context import context_for
    from payproof.signing.diagnosis.diagnose import diagnose

    source: Any = {"body": chosen.source} if chosen.source.startswith("/") else chosen.source or None
    context = context_for(spec, chosen.scheme, source=source)
    return diagnose(recipe, message, keys, context=context, earlier=earlier, now_s=now_s)


def all_keys(chosen: SchemeOptions, spec: Spec, scheme: Recipe | Envelope) -> Keys:
    """Give every key of the merchant that can be found; only the scheme's own are asked for at a prompt.

    Raises:
        KeyMaterialError: when a variable is set and holds no key, or its file cannot be read.
    """
    from payproof.adapters.secrets import find_key
    from payproof.cli.scheme_options import keys_for
    from payproof.signing.keys import Key, Keys

    own_roles = list(dict.fromkeys(_roles(scheme)))
    roles = list(dict.fromkeys((*own_roles, *_known_roles(chosen, spec))))
    if chosen.test_keys:
        return keys_for(chosen, roles)
    found = dict(keys_for(chosen, own_roles))
    others = [*(role for role in roles if role not in own_roles), *(f"{SANDBOX}.{role}" for role in roles)]
    texts = _testbed_keys(chosen)
    test = bool(chosen.testbed) and all(row[0].test for row in found.values())
    for role in others:
        text = find_key(chosen.gateway, role, environ=os.environ, testbed=texts)
        if text is not None:
            found[role] = (Key(text, role=role),)
            test = test and texts.get(role) == text
    return Keys(found, test=test)


def _roles(scheme: Recipe | Envelope) -> Iterator[str]:
    from payproof.cli.scheme_options import roles_of
    from payproof.signing.recipe import Recipe

    if isinstance(scheme, Recipe):
        yield from roles_of(scheme)
    else:
        yield from (scheme.key.role, scheme.mac_key.role)


def _known_roles(chosen: SchemeOptions, spec: Spec) -> Iterator[str]:
    """Give the roles of keys that the gateway's spec and test bed speak of."""
    for row in spec.schemes.values():
        steps = row.get("rounds") or [row]
        yield from (step["key"]["role"] for step in steps if (step.get("key") or {}).get("role"))
    schemes = (spec.document.get("components") or {}).get("securitySchemes") or {}
    yield from (str(row["x-key"]) for row in schemes.values() if isinstance(row.get("x-key"), str))
    yield from _testbed_keys(replace(chosen, testbed=chosen.testbed or _shipped(chosen.gateway)))


def _shipped(gateway: str) -> str:
    from payproof.cli.scheme_options import openapi_folder

    path = openapi_folder(gateway) / "testbed.yaml"
    return str(path) if path.is_file() else ""


def _testbed_keys(chosen: SchemeOptions) -> Mapping[str, str]:
    if not chosen.testbed:
        return {}
    from payproof.spec.testbed import load_testbed

    merchants = load_testbed(Path(chosen.testbed)).merchants
    return merchants.get(chosen.merchant) or {}


# -- messages


def read_messages(given: MessageOptions, recipe: Recipe, scheme: str) -> Message:
    """Give the message in FILE, which may be an entry of a cassette too."""
    from payproof.cli.messages import read_bytes
    from payproof.cli.scheme_options import read_given

    if given.file != "-":
        data = read_bytes(given.file)
        if is_cassette(data):
            return _entry(Path(given.file), given.entry, response=scheme.endswith(".response"))
    return read_given(given, recipe, scheme).message


def is_cassette(data: bytes) -> bool:
    """Say whether bytes look like a recording: vcrpy's YAML or JSON, or payproof's journal."""
    import re

    if data.startswith((b'{"payproof-cassette":', b'{"Initialize":', b"\x1f\x8b")):
        return True
    head = data[:65_536]
    if data.lstrip()[:1] == b"{":
        return bool(re.match(rb'\s*\{\s*"(http_)?interactions"\s*:', head))
    return bool(re.search(rb"^(http_)?interactions:", head, re.MULTILINE))


def _entry(path: Path, number: int, *, response: bool) -> Message:
    from payproof.cassettes.read import read

    entries = list(_first(read(path), max(number, 2)))
    if not number and len(entries) > 1:
        raise UsageError(
            "the cassette has several entries", where=str(path), hint="choose one with --entry 1, 2, ..."
        )
    if len(entries) < max(number, 1):
        raise UsageError(
            f"the cassette has {len(entries)} entries",
            where=str(path),
            hint="choose one of them with --entry",
        )
    entry = entries[(number or 1) - 1]
    message: Message | None = entry.response if response else entry.request
    if message is None:
        raise UsageError("this entry has no response", where=str(path), hint="choose another with --entry")
    return message


def _first(entries: Iterable[Any], count: int) -> Iterator[Any]:
    from itertools import islice

    return islice(entries, count)


def earlier_messages(files: Sequence[str]) -> list[Message]:
    """Give earlier deliveries: raw HTTP, `curl -v` output, a HAR entry, or header lines alone."""
    from payproof.cli.messages import Wanted, kind_of, read_bytes, read_message
    from payproof.model import Message

    found = []
    for file in files:
        data = read_bytes(file)
        if kind_of(data) in ("http", "curl", "har"):
            found.append(read_message(data, Wanted(), where=file).message)
            continue
        lines = data.decode("utf-8", "surrogateescape").splitlines()
        rows = [line.partition(":") for line in lines if line.strip()]
        if not rows or any(not mark or not name.strip() for name, mark, _ in rows):
            raise UsageError(
                "this is no earlier delivery", where=file, hint="give its header lines, or its raw HTTP"
            )
        found.append(Message(headers=tuple((name.strip(), value.strip()) for name, _, value in rows)))
    return found
