"""One documented webhook, made ready to be sent: its example, fresh headers, a right signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from payproof.conformance.documented import example_of
from payproof.errors import UsageError
from payproof.model import Header, Message
from payproof.signing import Keys, scheme_for, sign_message
from payproof.signing.recipe import Recipe
from payproof.spec import Operation, Parameter, Spec

FORM = "application/x-www-form-urlencoded"


def examples(webhook: Operation) -> dict[str, tuple[str, Any]]:
    """Give (media type, body) of every example of a webhook, by name; a made-up one where there is none."""
    found: dict[str, tuple[str, Any]] = {}
    for media_type, media in ((webhook.request_body or {}).get("content") or {}).items():
        for name, row in (media.get("examples") or {}).items():
            found.setdefault(str(name), (media_type, row.get("value")))
        if not media.get("examples"):
            found.setdefault("made-up", (media_type, example_of(media.get("schema") or {})))
    return found


def webhook_message(
    spec: Spec,
    event: str,
    keys: Keys,
    *,
    url: str,
    example: str = "",
    switches: Mapping[str, str] | None = None,
    now_s: float,
    delivery_id: str,
) -> Message:
    """Give a documented event as the gateway would send it to a URL, signed.

    Args:
        event: The webhook's name in the spec.
        keys: Of the merchant who gets it.
        example: Name of the documented example; the first when empty.
        switches: Settings that change how it is signed.
        now_s: Of the headers that tell the time.
        delivery_id: Of the header by which receivers know repeats.

    Raises:
        UsageError: for an event or example that is not documented.
        ToolkitError: when the keys do not fit the scheme.
    """
    webhook = spec.webhooks.get(event)
    if webhook is None:
        hint = f"known: {', '.join(spec.webhooks) or 'none'}"
        what = (
            f"{spec.name} documents no event {event[:60]!r}" if event else "nothing says which event to send"
        )
        raise UsageError(what, where="EVENT", hint=hint)
    settings = {name: one.default for name, one in spec.switches.items()} | dict(switches or {})
    recipe = scheme_for(spec, webhook, "webhook", settings)
    message = _unsigned(webhook, url, example, recipe, str(int(now_s)), delivery_id)
    return sign_message(recipe, message, keys) if isinstance(recipe, Recipe) else message


def _unsigned(
    webhook: Operation, url: str, example: str, recipe: object, stamp: str, delivery_id: str
) -> Message:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = tuple(_headers(webhook, recipe, stamp, delivery_id))
    if webhook.method == "GET":
        rows = (one for one in webhook.parameters if one.where == "query" and "example" in one.raw)
        pairs = [(one.name, str(_shown(one))) for one in rows]
        mark = "&" if "?" in target else "?"
        return Message("GET", f"{target}{mark}{urlencode(pairs)}", headers)
    known = examples(webhook)
    name = example or next(iter(known), "")
    if name not in known:
        hint = f"known: {', '.join(known) or 'none'}"
        raise UsageError(f"there is no example {name[:60]!r}", where="--example", hint=hint)
    media_type, body = known[name]
    raw = urlencode(body).encode() if media_type == FORM else _json(body)
    return Message(webhook.method, target, (("Content-Type", media_type), *headers), raw)


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _headers(webhook: Operation, recipe: object, stamp: str, delivery_id: str) -> list[Header]:
    """Give the documented headers: the time now, a new id, and nothing where the signature goes."""
    timed = carried = ""
    if isinstance(recipe, Recipe):
        timed = recipe.accept.freshness_header.lower()
        carried = recipe.carry.name.lower() if recipe.carry.where == "header" else ""
    ids = {str(one).partition(":")[2].lower() for one in (webhook.raw.get("x-dedupe") or {}).get("by") or ()}
    made: list[Header] = []
    for one in webhook.parameters:
        name = one.name.lower()
        if one.where == "header" and name != carried:
            fresh = {timed: stamp, **dict.fromkeys(ids, delivery_id)}.get(name)
            made.append((one.name, str(_shown(one)) if fresh is None else fresh))
    return made


def _shown(parameter: Parameter) -> Any:
    schema = parameter.schema if isinstance(parameter.schema, Mapping) else {}
    return parameter.raw.get("example", example_of(schema))
