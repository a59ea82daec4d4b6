"""Signed webhook deliveries, made from the documented examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from payproof.conformance.draft import ABSENT, Absent, json_bytes
from payproof.conformance.readings import Readings
from payproof.conformance.subject import MAIN
from payproof.errors import UsageError
from payproof.lifecycle import observations, read_all
from payproof.model import Header, Message
from payproof.signing import Keys, Recipe, sign_message
from payproof.spec import Operation, Spec
from payproof.spec.testbed import Testbed

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook as it travels.

    Args:
        event: The webhook's name in the spec.
        message: Method, target, headers and body.
        data: The body as data.
    """

    event: str
    message: Message
    data: Any

    @property
    def headers(self) -> dict[str, str]:
        """The headers by name."""
        return dict(self.message.headers)

    @property
    def body(self) -> bytes:
        """The body's bytes."""
        return self.message.body


@dataclass(slots=True)
class Deliveries:
    """Makes deliveries of one gateway.

    Args:
        spec: Its webhooks, with examples.
        testbed: Its keys.
        fixed: Switch settings that are not open.
        now_s: The time at which they are signed, in seconds since the epoch.
    """

    spec: Spec
    testbed: Testbed
    fixed: Mapping[str, str]
    now_s: float
    count: int = field(default=0)

    def events(self) -> list[str]:
        """Give the webhooks that a server sends, leaving out redirects of browsers and older generations."""
        rows = self.spec.webhooks.items()
        return [name for name, one in rows if not one.raw.get("x-kind") and not one.raw.get("x-target")]

    def webhook(self, event: str = "") -> Operation:
        """Give a webhook by name, or the one that says most; raises UsageError for an unknown one."""
        known = self.spec.webhooks
        name = event or self._telling()
        if name not in known:
            raise UsageError(
                f"there is no webhook {name!r}", where="webhook", hint=f"known: {', '.join(known)}"
            )
        return known[name]

    def _telling(self) -> str:
        cycles = read_all(self.spec.life_cycles)
        for name in self.events():
            for one in self.seen(name, self.example(self.spec.webhooks[name])):
                state = cycles[one.life_cycle].states.get(one.status)
                if state is not None and state.final:
                    return name
        return next(iter(self.events()), "")

    def recipe(self, webhook: Operation) -> Recipe | None:
        """Give the recipe of its signature under the settings in force, None when it is unsigned."""
        found = Readings(self.spec, webhook, "webhook", self.fixed).default
        return found.recipe if found else None

    def keys(self, merchant: str = MAIN) -> Keys:
        """Give a merchant's keys; raises UsageError when the test bed has no such merchant."""
        if merchant not in self.testbed.merchants:
            raise UsageError(f"the test bed has no merchant {merchant!r}", where="merchants", hint="add it")
        return Keys.of(self.testbed.merchants[merchant], test=self.testbed.test_keys)

    def example(self, webhook: Operation) -> Any:
        """Give the body of its first example that keeps its own documents; ABSENT without a body."""
        for media in ((webhook.request_body or {}).get("content") or {}).values():
            for row in (media.get("examples") or {}).values():
                if "value" in row and "x-violates" not in row:
                    return json.loads(json.dumps(row["value"]))
        return ABSENT

    def seen(self, event: str, data: Any) -> Iterator[Any]:
        """Give what life cycles see in a body."""
        cycles = read_all(self.spec.life_cycles)
        yield from observations({"source": "webhook", "headers": {}, "body": data}, cycles)

    def make(
        self,
        event: str = "",
        *,
        data: Any = None,
        body: bytes | None = None,
        merchant: str = MAIN,
        headers: Mapping[str, str | None] | None = None,
        at_s: float | None = None,
    ) -> Delivery:
        """Give a signed delivery.

        Args:
            event: The webhook's name; the most telling one when empty.
            data: The body as data; the documented example when None.
            body: The body's bytes, where they differ from the data's usual spelling.
            merchant: With whose keys it is signed.
            headers: Headers that are set before signing, such as the delivery's id; None leaves one out.
            at_s: The signing time, `now_s` when None.
        """
        webhook = self.webhook(event)
        content = self.example(webhook) if data is None else data
        given = b"" if isinstance(content, Absent) else json_bytes(content)
        message = Message(webhook.method, "/", tuple(self._headers(webhook, at_s)), given)
        if body is not None:
            message = replace(message, body=body)
        for name, text in (headers or {}).items():
            message = message.with_header(name, text)
        recipe = self.recipe(webhook)
        if recipe is not None:
            message = sign_message(recipe, message, self.keys(merchant))
        return Delivery(webhook.id, message, content)

    def _headers(self, webhook: Operation, at_s: float | None) -> Iterator[Header]:
        recipe = self.recipe(webhook)
        time = recipe.accept.freshness_header if recipe else ""
        signed = recipe.single_headers if recipe else ()
        if webhook.request_body is not None:
            yield "Content-Type", next(iter(webhook.request_body.get("content") or {}), JSON)
        for one in webhook.parameters:
            if one.where != "header" or (recipe and one.name.lower() == recipe.carry.name.lower()):
                continue
            if time and one.name.lower() == time.lower():
                yield one.name, str(int(self.now_s if at_s is None else at_s))
            elif one.name.lower() in {name.lower() for name in signed}:
                self.count += 1
                yield one.name, f"msg_payproof{self.count:06d}"
            elif one.required:
                yield one.name, str(one.raw.get("example", "x"))


def changed(data: Any, changes: Mapping[str, Any]) -> Any:
    """Give data with values replaced, each named by JSON pointer or by the end of exactly one pointer.

    A double underscore stands for a slash, so that `order__amount` names `/transaction/order/amount`.

    Raises:
        UsageError: A name fits no value, or several.
    """
    for name, value in changes.items():
        data = put(data, _pointer(data, name), value)
    return data


def _pointer(data: Any, name: str) -> str:
    if name.startswith("/"):
        return name
    ending = "/" + name.replace("__", "/")
    known = [pointer for pointer, _ in nodes(data) if pointer.endswith(ending)]
    shallow = [one for one in known if one.count("/") == min(other.count("/") for other in known)]
    if len(shallow) == 1:
        return shallow[0]
    raise UsageError(
        f"{name!r} names {'nothing' if not known else 'several values'} of the body",
        where="webhook change",
        hint=f"use one of {', '.join(known or [pointer for pointer, _ in nodes(data)][:40])}",
    )


def nodes(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value inside data with its JSON pointer, containers before what is in them."""
    rows: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        rows = [(str(name).replace("~", "~0").replace("/", "~1"), one) for name, one in value.items()]
    elif isinstance(value, list):
        rows = [(str(at), one) for at, one in enumerate(value)]
    for name, one in rows:
        yield f"{pointer}/{name}", one
        yield from nodes(one, f"{pointer}/{name}")


def put(data: Any, pointer: str, value: Any) -> Any:
    """Give a copy of data with the value at a pointer replaced, added, or (ABSENT) left out."""
    steps = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    if not steps:
        return value
    copy: Any = list(data) if isinstance(data, list) else dict(data) if isinstance(data, dict) else {}
    key: Any = int(steps[0]) if isinstance(copy, list) else steps[0]
    rest = "/" + "/".join(pointer.split("/")[2:]) if len(steps) > 1 else ""
    if not rest and isinstance(value, Absent):
        del copy[key]
        return copy
    inner = copy[key] if isinstance(copy, list) or key in copy else {}
    copy[key] = put(inner, rest, value)
    return copy
