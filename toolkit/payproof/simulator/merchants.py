"""Who asks: the testbed's merchants, and the one whose credentials a request carries."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from payproof.model import Message
from payproof.signing.keys import Keys
from payproof.simulator.protocol import Behaviours, Merchant
from payproof.simulator.store import World
from payproof.spec import Operation, Spec
from payproof.spec.testbed import Testbed

#: What a testbed says of a merchant besides its keys: ids and addresses travel in the open.
_OPEN = ("_id", "email", "name", "_url")


def merchants_of(testbed: Testbed) -> dict[str, Merchant]:
    """Give the testbed's merchants by name."""
    return {name: _merchant(name, texts) for name, texts in testbed.merchants.items()}


def _merchant(name: str, texts: Mapping[str, str]) -> Merchant:
    ids = {role: text for role, text in texts.items() if role.endswith(_OPEN)}
    return Merchant(name, ids, Keys.of(dict(texts), test=True))


class Doorkeeper:
    """Checks credentials as the spec's security schemes describe them.

    Args:
        spec: Its `components/securitySchemes` say with `x-key` which role a header carries.
        merchants: Who may come in.
        behaviours: Asked about bearer tokens.
    """

    def __init__(self, spec: Spec, merchants: Mapping[str, Merchant], behaviours: Behaviours) -> None:
        self.merchants = merchants
        self._behaviours = behaviours
        components = spec.resolved.get("components") or {}
        self._schemes: Mapping[str, Mapping[str, Any]] = components.get("securitySchemes") or {}

    @property
    def secret_headers(self) -> Iterable[str]:
        """Lower-case names of the headers that carry secrets."""
        yield "authorization"
        for scheme in self._schemes.values():
            role = str(scheme.get("x-key", ""))
            if scheme.get("in") == "header" and not role.endswith("_id"):
                yield str(scheme.get("name", "")).lower()

    def claimed(self, message: Message) -> Merchant | None:
        """Give the merchant whose id any header holds, whatever else it carries; for planted defects."""
        values = {value for _, value in message.headers}
        found = (one for one in self.merchants.values() if values & set(one.ids.values()))
        return next(found, None)

    def admit(self, operation: Operation, message: Message, world: World) -> Merchant | str | None:
        """Give the merchant who asks, None where nobody need say who they are, or why they are refused."""
        reasons: list[str] = []
        for wanted in operation.security or [{}]:
            found = self._try(wanted, message, world)
            if not isinstance(found, str):
                return found
            reasons.append(found)
        return reasons[0]

    def _try(self, wanted: Mapping[str, Any], message: Message, world: World) -> Merchant | str | None:
        if not wanted:
            return None
        given: dict[str, str] = {}
        for name in wanted:
            scheme = self._schemes.get(name) or {}
            if scheme.get("type") == "http":
                return self._bearer(message, world)
            values = message.header_values(str(scheme.get("name", "")))
            if len(values) != 1 or not values[0]:
                return "repeated-credential" if len(values) > 1 else "missing-credential"
            given[str(scheme.get("x-key", ""))] = values[0]
        fitting = [merchant for merchant in self.merchants.values() if _fits(merchant, given)]
        return fitting[0] if fitting else "wrong-credential"

    def _bearer(self, message: Message, world: World) -> Merchant | str | None:
        values = message.header_values("authorization")
        if len(values) != 1 or not values[0]:
            return "repeated-credential" if len(values) > 1 else "missing-credential"
        scheme, _, token = values[0].partition(" ")
        if scheme.lower() != "bearer":
            return "wrong-credential"
        name = self._behaviours.bearer(token.strip(), world)
        return self.merchants.get(name or "", "wrong-credential")


def _fits(merchant: Merchant, given: Mapping[str, str]) -> bool:
    # Every role is compared, so the time does not tell which of them was wrong.
    fitting = [
        any(_same(key.text, text) for key in merchant.keys.get(role, ())) for role, text in given.items()
    ]
    return all(fitting)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
