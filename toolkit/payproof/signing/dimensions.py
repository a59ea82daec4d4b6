"""One reader per dimension of `components/x-signing-schemes`: what the spec writes -> the fields of `Recipe`.

Any dimension may be a mapping, so that it can carry its own `x-evidence`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from payproof.errors import SpecError
from payproof.signing.charsets import CHARSETS
from payproof.signing.dimension_body import read_body_text
from payproof.signing.dimension_rounds import read_rounds
from payproof.signing.dimension_values import not_understood, plain_choice, understood
from payproof.signing.edits import EDITS
from payproof.signing.escapes import ESCAPES
from payproof.signing.nesting import BEYOND
from payproof.signing.orders import ORDERS
from payproof.signing.recipe import Accept, Carry, Join, Recipe
from payproof.signing.scalars import SCALARS
from payproof.signing.source import PartRef, Place, Source

ALL_LEVELS = 1_000
DROPS = ("none", "null", "blank", "empty", "php-empty", "empty-containers")
_TEXTS = ("null", "true", "false", "missing")


def read_recipe(name: str, raw: Mapping[str, Any]) -> Recipe:
    """Read one scheme's mapping; raises SpecError that names the scheme and the dimension."""
    where = f"x-signing-schemes/{name}"
    known = {"summary", "kind", "digest", "key", "text", "rounds", *_READERS}
    stray = [key for key in raw if key not in known and not str(key).startswith("x-")]
    if stray:
        raise SpecError(
            f"the scheme has no dimension {stray[0]!r}",
            where=where,
            hint="known: " + ", ".join(sorted(known)),
        )
    recipe = Recipe(name, rounds=read_rounds(raw, where), evidence=_evidence(raw))
    for key, reader in _READERS.items():
        if key in raw:
            recipe = replace(recipe, **understood(reader, raw[key], f"{where}/{key}"))
    return recipe


def _evidence(raw: Mapping[str, Any]) -> dict[str, str]:
    rows = {
        key: value["x-evidence"]
        for key, value in raw.items()
        if isinstance(value, Mapping) and "x-evidence" in value
    }
    return {"scheme": str(raw.get("x-evidence", "unknown")), **rows}


def _source(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if isinstance(value, str):
        value = {value: ""}
    if not isinstance(value, Mapping):
        raise not_understood(value, where, "write a place such as body, or {body: /json/pointer}")
    places = [key for key in value if key in get_args(Place)]
    if len(places) != 1:
        raise not_understood(value, where, "name one of " + ", ".join(get_args(Place)))
    return {
        "source": Source(
            places[0],
            str(value[places[0]] or ""),
            decoded=bool(value.get("decoded", True)),
            path_id=value.get("path-id", "no"),
        )
    }


def _parts(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if value in ("values", "pairs", "names-and-values", "text"):
        return {"parts": value}
    rows = value.get("list") if isinstance(value, Mapping) else value
    if not isinstance(rows, list) or not rows:
        raise not_understood(value, where, "write values, pairs, text or {list: [{header: name}, body]}")
    return {"parts": tuple(_part(row, where) for row in rows)}


def _part(row: Any, where: str) -> PartRef:
    pair: tuple[Any, Any] = (
        (row, "") if isinstance(row, str) else next(iter(plain_choice(row).items()), ("", ""))
    )
    kind, name = pair
    if kind not in ("header", "query", "path", "field", "body", "literal", "method", "target"):
        raise not_understood(
            row, where, "a part is body, method, target or {header|query|path|field|literal: name}"
        )
    return PartRef(kind, str(name))


def read_order(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if isinstance(value, Mapping) and isinstance(value.get("table"), list):
        return {"order_table": tuple(map(str, value["table"])), "order": "as-sent"}
    return {"order": ORDERS.pick(value, where=where).name, "order_table": ()}


def read_join(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if value in ("none", None):
        value = {}
    if not isinstance(value, Mapping) or set(value) - {"after", "between", "end"}:
        raise not_understood(value, where, "write {after: ..., end: ...}, {between: ...} or none")
    return {"join": Join(**{key: str(text) for key, text in value.items()})}


def _nesting(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    named = {"one-level": {"depth": 1}, "none": {"depth": 0}, "recursive": {"depth": "all"}}
    if isinstance(value, str):
        value = named.get(value, {"depth": 0, "beyond": value})
    if not isinstance(value, Mapping) or set(value) - {"depth", "beyond"}:
        raise not_understood(value, where, "write {depth: 1, beyond: php-array} or one-level")
    depth = ALL_LEVELS if value.get("depth", 1) == "all" else value.get("depth", 1)
    if not isinstance(depth, int):
        raise not_understood(depth, where, "depth is a whole number or all")
    return {"depth": depth, "beyond": BEYOND.pick(value.get("beyond", "inner-values"), where=where).name}


def _scalars(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if isinstance(value, str):
        value = {"preset": value}
    if not isinstance(value, Mapping) or set(value) - {"preset", *_TEXTS}:
        raise not_understood(value, where, "write {preset: php} and texts for null, true, false, missing")
    texts = tuple((key, str(value[key])) for key in _TEXTS if key in value)
    return {"scalars": SCALARS.pick(value.get("preset", "as-sent"), where=where).name, "scalar_texts": texts}


def read_exclude(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if isinstance(value, list):
        value = {"names": value}
    if not isinstance(value, Mapping) or set(value) - {"names", "drop", "only"}:
        raise not_understood(value, where, "write {names: [...], drop: none}")
    drop = value.get("drop", "none") or "none"
    if drop not in DROPS:
        raise not_understood(drop, where, "drop is one of " + ", ".join(DROPS))
    return {
        "excluded": tuple(map(str, value.get("names") or ())),
        "included": tuple(map(str, value.get("only") or ())),
        "drop": drop,
    }


def _edits(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    return {"edits": tuple(EDITS.pick(name, where=where).name for name in value or ())}


def _accept(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value) or {}
    known = {"case", "separator", "canonical-base64", "freshness", "max-signatures"}
    if not isinstance(value, Mapping) or set(value) - known:
        raise not_understood(value, where, "known: " + ", ".join(sorted(known)))
    freshness = plain_choice(value.get("freshness") or {})
    return {
        "accept": Accept(
            case=str(plain_choice(value.get("case", "exact"))),
            separator=str(plain_choice(value.get("separator", ""))),
            canonical_base64=bool(plain_choice(value.get("canonical-base64", True))),
            freshness_header=str(freshness.get("header", "")),
            tolerance_s=int(freshness.get("tolerance_s", 300)),
            max_signatures=int(plain_choice(value.get("max-signatures", 16))),
        )
    }


def _carry(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if not isinstance(value, Mapping) or len(value) != 1:
        raise not_understood(value, where, "write {field: name}, {query: name} or {header: name}")
    place, name = next(iter(value.items()))
    if place not in ("field", "header", "query"):
        raise not_understood(value, where, "write {field: name}, {query: name} or {header: name}")
    return {"carry": Carry("header" if place == "header" else "field", str(name))}


def _choice(field: str, table: Mapping[str, Any]) -> Callable[[Any, str], dict[str, Any]]:
    def read(value: Any, where: str) -> dict[str, Any]:
        return {field: table.pick(plain_choice(value), where=where).name}  # type: ignore[attr-defined]

    return read


def _text(field: str) -> Callable[[Any, str], dict[str, Any]]:
    return lambda value, where: {field: str(plain_choice(value))}


_READERS: dict[str, Callable[[Any, str], dict[str, Any]]] = {
    "source": _source,
    "body-text": read_body_text,
    "parts": _parts,
    "pair": _text("pair"),
    "order": read_order,
    "join": read_join,
    "nesting": _nesting,
    "scalars": _scalars,
    "escaping": _choice("escaping", ESCAPES),
    "exclude": read_exclude,
    "edits": _edits,
    "charset": _choice("charset", CHARSETS),
    "prefix": _text("prefix"),
    "accept": _accept,
    "carry": _carry,
}
