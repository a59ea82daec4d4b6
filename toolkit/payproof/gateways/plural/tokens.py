"""Bearer tokens: given for client id and secret, good for an hour of the sandbox's clock.

Source: Plural's OpenAPI as the agent skills carry it (documented); `expires_at` and `expires_in` contradict
each other, so a switch decides.
"""

from __future__ import annotations

import hmac
from typing import Any

from payproof.gateways.plural.records import moment
from payproof.gateways.plural.wording import failure, unauthorised
from payproof.simulator.protocol import Answer, Call
from payproof.simulator.reading import text
from payproof.simulator.store import World

LIFETIME_S = 3600.0
_MOST = 50_000


def lifetime_s(world: World) -> float:
    """Give how many seconds a token lives."""
    return float((world.testbed.state or {}).get("token_lifetime_s", LIFETIME_S))


def issue(call: Call) -> Answer:
    """Answer with a new token, or refuse the credentials."""
    owner = _owner(call)
    if owner is None:
        if call.world.setting("token-refusal-status", "http-401") == "http-422":
            return failure("INVALID_REQUEST", "Unknown client.", 422, invented="no source shows this body")
        return unauthorised(call.world)
    world = call.world
    token = "test-" + world.draw.word(48, "token", world.next_number())
    ends_s = world.now_s + lifetime_s(world)
    table = world.table("tokens")
    if len(table) >= _MOST:
        del table[next(iter(table))]
    table[token] = (owner, ends_s)
    body: dict[str, Any] = {"access_token": token}
    setting = world.setting("token-expiry", "expires_at")
    if setting in ("expires_at", "both"):
        body["expires_at"] = moment(ends_s)
    if setting in ("expires_in", "both"):
        body["expires_in"] = int(lifetime_s(world))
    return Answer(200, body)


def bearer(token: str, world: World, *, forever: bool = False) -> str | None:
    """Give the name of the merchant whose token it is, None when it is unknown or has expired."""
    found = world.table("tokens").get(token)
    if found is None:
        return None
    owner, ends_s = found
    return str(owner) if forever or world.now_s < ends_s else None


def _owner(call: Call) -> str | None:
    given_id, given_secret = text(call.fields.get("client_id")), text(call.fields.get("client_secret"))
    found = None
    for name, keys in call.world.testbed.merchants.items():
        # Both are compared each time, so the time does not tell which of them was wrong.
        right = _same(keys.get("client_secret", ""), given_secret) or not call.enforces("client-secret")
        if _same(keys.get("client_id", ""), given_id) and right:
            found = name
    return found


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
