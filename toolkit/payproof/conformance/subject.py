"""What cases are made for: the spec, the test bed's ids and keys, the settings and the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from payproof.conformance.draft import ABSENT
from payproof.conformance.supply import Supply
from payproof.errors import UsageError
from payproof.signing import Keys
from payproof.spec import Operation, Spec
from payproof.spec.testbed import Testbed

MAIN, SECOND = "main", "second"


class UnknownRole(UsageError):
    """The test bed lacks a role which a case needs; the case is skipped and says so."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One gateway under test.

    Args:
        spec: What it promises.
        testbed: Roles to ids; `merchants` are the keys in force, environment included.
        fixed: Switch settings which the user or the test bed fixed; the others are open.
        now_s: Seconds since the epoch, for dates that must lie ahead.
        seed: Seed of everything drawn.
        media: By operationId, the content type which the gateway was seen to take; filled while running.
        workbench: Makes objects and fetches tokens at the gateway; none where nothing can be sent.
    """

    spec: Spec
    testbed: Testbed
    fixed: Mapping[str, str]
    now_s: float
    seed: int
    media: dict[str, str] = field(default_factory=dict)
    workbench: Supply | None = None
    draws: Draws = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "draws", Draws(self.testbed.roles))

    def equip(self, workbench: Supply) -> None:
        """Let cases have objects and tokens made at the gateway."""
        object.__setattr__(self, "workbench", workbench)

    @property
    def settings(self) -> dict[str, str]:
        """Every switch with its setting: the fixed one, else the default."""
        return {name: self.fixed.get(name, switch.default) for name, switch in self.spec.switches.items()}

    def keys(self, merchant: str = MAIN) -> Keys:
        """Give a merchant's keys; raises UnknownRole when the test bed names no such merchant."""
        if merchant not in self.testbed.merchants:
            raise UnknownRole(
                f"the test bed has no merchant {merchant!r}", where="merchants", hint="add its keys"
            )
        return Keys.of(self.testbed.merchants[merchant], test=self.testbed.test_keys)

    def value(self, form: Any, *, fresh: bool = False, merchant: str = MAIN) -> Any:
        """Give what a value form stands for: `role.key`, `{value: ...}`, `{drop: true}`, `{plus: [...]}` or
        `{key: ROLE}`.

        Args:
            form: The form as `x-testbed` writes it.
            fresh: Take an id that no earlier request used up, where the test bed has a supply.
            merchant: Whose keys `{key: ROLE}` means.

        Raises:
            UnknownRole: The test bed has no such role or key.
        """
        if isinstance(form, str):
            return self.draws.take(form) if fresh else self.draws.plain(form)
        if isinstance(form, Mapping):
            if form.get("drop"):
                return ABSENT
            if "value" in form:
                return form["value"]
            if "key" in form:
                return self._key(str(form["key"]), merchant)
            if "plus" in form:
                return _sum(
                    self.value(one) if "." in str(one) and not _number(one) else one for one in form["plus"]
                )
        raise UsageError("this is no value form", where="x-testbed", hint="write role.key or {value: ...}")

    def credentials(self, operation: Operation, merchant: str = MAIN) -> list[tuple[str, str, str]]:
        """Give (address, key role, value) of each credential the operation's security asks for."""
        schemes = self.spec.document.get("components", {}).get("securitySchemes", {})
        rows = []
        for name in dict.fromkeys(name for row in operation.security for name in row):
            scheme = schemes.get(name, {})
            role = scheme.get("x-key")
            if scheme.get("type") == "apiKey" and role:
                where = {"header": "header", "query": "query"}.get(scheme["in"], "header")
                value = self.testbed.merchants.get(merchant, {}).get(role, "")
                rows.append((f"{where}/{scheme['name']}", role, str(value)))
            elif scheme.get("type") == "http" and role and self.workbench is not None:
                rows.append(
                    ("header/Authorization", role, f"Bearer {self.workbench.token(scheme, merchant)}")
                )
        return rows

    def _key(self, role: str, merchant: str) -> str:
        keys = self.testbed.merchants.get(merchant)
        found = keys.get(role) if keys is not None else None
        if found is None:
            what = f"the test bed's merchant {merchant!r} has no {role}"
            raise UnknownRole(what, where="merchants", hint="add it")
        return found


class Draws:
    """Ids by role, dealt round robin where the test bed holds a supply.

    A role `refundable-transaction` has its supply in `refundable-transactions-extra`, under the key with
    an `s` at its end, separated by commas.
    """

    def __init__(self, roles: Mapping[str, Mapping[str, Any]]) -> None:
        self._roles = roles
        self._supply: dict[str, list[str]] = {}
        self._next: dict[str, int] = {}

    def plain(self, form: str) -> str:
        """Give the value of `role.key`; raises UnknownRole."""
        role, _, key = form.partition(".")
        found = self._roles.get(role, {}).get(key)
        if found is None:
            raise UnknownRole(
                f"the test bed has no {form}", where=f"roles/{role}", hint="add it to the test bed"
            )
        return str(found)

    def take(self, form: str) -> str:
        """Give the next id of the supply, else the plain value."""
        supply = self._supply_of(form)
        if not supply:
            return self.plain(form)
        at = self._next.get(form, 0)
        self._next[form] = at + 1
        return supply[at % len(supply)]

    def untouched(self, form: str) -> tuple[str, Mapping[str, Any]]:
        """Give an id which no other case gets, and its role's record; raises UnknownRole without a supply."""
        supply = self._supply_of(form)
        if len(supply) < 2:
            raise UnknownRole(f"the test bed has no supply for {form}", where="roles", hint="add ...s-extra")
        return supply.pop(), self._roles[_extra(form)[0]]

    def _supply_of(self, form: str) -> list[str]:
        if form not in self._supply:
            role, key = _extra(form)
            text = str(self._roles.get(role, {}).get(key, ""))
            self._supply[form] = [piece.strip() for piece in text.split(",") if piece.strip()]
        return self._supply[form]


def _extra(form: str) -> tuple[str, str]:
    role, _, key = form.partition(".")
    return f"{role}s-extra", f"{key}s"


def _number(text: Any) -> bool:
    try:
        Decimal(str(text))
    except InvalidOperation:
        return False
    return True


def _sum(values: Iterator[Any]) -> str:
    return str(sum((Decimal(str(value)) for value in values), Decimal()))
