"""Observations of one place, folded so that partial results merge in any order to the same result.

Counts add up, extremes widen, and each list that has a bound either keeps the smallest entries, which is the
same set however the observations were split, or is given up for good when it grows beyond the bound.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from payproof.drift.node import Member, Node, key_of, type_of
from payproof.drift.texts import kind_of

MAX_VALUES, MAX_KINDS, MAX_FIELDS, MAX_ORDERS, MAX_DEPTH = 64, 64, 512, 16, 40
_MAX_TEXT = 64


class Seen:
    """What stood at one place so far."""

    __slots__ = ("extremes", "fields", "items", "kinds", "n", "orders", "types", "values")

    def __init__(self) -> None:
        self.n = 0
        self.types: Counter[str] = Counter()
        self.fields: dict[str, Seen] = {}
        self.items: Seen | None = None
        self.values: dict[str, int] | None = {}
        self.kinds: dict[str, tuple[int, str]] = {}
        self.extremes: dict[str, float] = {}
        self.orders: set[tuple[str, ...]] | None = set()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and self.as_data() == other.as_data()

    __hash__ = None  # type: ignore[assignment]

    def add(self, value: Any, depth: int = 0) -> None:
        """Take in one value."""
        self.n += 1
        kind = type_of(value)
        self.types[kind] += 1
        if kind == "object":
            self._add_object(value, depth)
        elif kind == "array":
            self._widen("Items", len(value))
            for item in value if depth < MAX_DEPTH else ():
                self.items = self.items or Seen()
                self.items.add(item, depth + 1)
        else:
            self._add_scalar(kind, value)

    def _add_object(self, value: dict[str, Any], depth: int) -> None:
        if self.orders is not None:
            self.orders.add(tuple(value))
            self._bound_orders()
        for name, inner in value.items() if depth < MAX_DEPTH else ():
            self.fields.setdefault(name, Seen()).add(inner, depth + 1)
        self._bound_fields()

    def _add_scalar(self, kind: str, value: Any) -> None:
        if kind == "string":
            self._widen("Length", len(value))
            look = kind_of(value)
            count, sample = self.kinds.get(look, (0, value[:400]))
            self.kinds[look] = (count + 1, min(sample, value[:400]))
            self._bound_kinds()
        elif kind in ("integer", "number"):
            self._widen("imum", value)
        if self.values is not None:
            text = key_of(value) if kind != "string" or len(value) <= _MAX_TEXT else None
            if text is None:
                self.values = None
            else:
                self.values[text] = self.values.get(text, 0) + 1
                self._bound_values()

    def _widen(self, what: str, size: float) -> None:
        low, high = f"min{what}", f"max{what}"
        self.extremes[low] = min(self.extremes.get(low, size), size)
        self.extremes[high] = max(self.extremes.get(high, size), size)

    def _bound_values(self) -> None:
        if self.values is not None and len(self.values) > MAX_VALUES:
            self.values = None

    def _bound_orders(self) -> None:
        if self.orders is not None and len(self.orders) > MAX_ORDERS:
            self.orders = None

    def _bound_kinds(self) -> None:
        while len(self.kinds) > MAX_KINDS:
            del self.kinds[max(self.kinds)]

    def _bound_fields(self) -> None:
        while len(self.fields) > MAX_FIELDS:
            del self.fields[max(self.fields)]

    def merge(self, other: Seen) -> None:
        """Take in all that another fold saw; the other is left as it is."""
        self.n += other.n
        self.types.update(other.types)
        for name, inner in other.fields.items():
            self.fields.setdefault(name, Seen()).merge(inner)
        self._bound_fields()
        if other.items is not None:
            self.items = self.items or Seen()
            self.items.merge(other.items)
        self._merge_texts(other)
        for name, size in other.extremes.items():
            choose = min if name.startswith("min") else max
            self.extremes[name] = choose(self.extremes.get(name, size), size)
        self.orders = None if self.orders is None or other.orders is None else self.orders | other.orders
        self._bound_orders()

    def _merge_texts(self, other: Seen) -> None:
        for look, (count, sample) in other.kinds.items():
            mine, kept = self.kinds.get(look, (0, sample))
            self.kinds[look] = (mine + count, min(kept, sample))
        self._bound_kinds()
        if self.values is None or other.values is None:
            self.values = None
        else:
            for text, count in other.values.items():
                self.values[text] = self.values.get(text, 0) + count
            self._bound_values()

    def node(self) -> Node:
        """Give what was seen in the words of a promise."""
        objects = self.types["object"]
        counts = {**self.types, **{f"kind {look}": count for look, (count, _) in self.kinds.items()}}
        counts.update({f"value {text}": count for text, count in (self.values or {}).items()})
        return Node(
            stated=False,
            seen=self.n,
            types=frozenset(self.types),
            counts=counts,
            members={
                name: Member(inner.node(), inner.n == objects, inner.n, objects)
                for name, inner in sorted(self.fields.items())
            },
            items=self.items.node() if self.items is not None else None,
            values=None if self.values is None else frozenset(self.values),
            limits=dict(self.extremes),
            kinds=frozenset(self.kinds),
            samples={look: sample for look, (_, sample) in self.kinds.items()},
            orders=None if self.orders is None else frozenset(self.orders),
        )

    def as_data(self) -> dict[str, Any]:
        """Give everything as plain JSON data, equal for equal observations."""
        return {
            "n": self.n,
            "types": dict(sorted(self.types.items())),
            "fields": {name: inner.as_data() for name, inner in sorted(self.fields.items())},
            "items": self.items.as_data() if self.items is not None else None,
            "values": None if self.values is None else dict(sorted(self.values.items())),
            "kinds": {look: list(entry) for look, entry in sorted(self.kinds.items())},
            "extremes": dict(sorted(self.extremes.items())),
            "orders": None if self.orders is None else [list(order) for order in sorted(self.orders)],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Seen:
        """Give what `as_data` gave."""
        made = cls()
        made.n, made.types = data["n"], Counter(data["types"])
        made.fields = {name: cls.from_data(inner) for name, inner in data["fields"].items()}
        made.items = cls.from_data(data["items"]) if data["items"] is not None else None
        made.values, made.extremes = data["values"], dict(data["extremes"])
        made.kinds = {look: (entry[0], entry[1]) for look, entry in data["kinds"].items()}
        made.orders = None if data["orders"] is None else {tuple(order) for order in data["orders"]}
        return made
