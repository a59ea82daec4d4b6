"""One reader per dimension of `components/x-signing-schemes`: what the spec writes -> the fields of `Recipe`.

Any dimension may be a mapping, so that it can carry its own `x-evidence`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, get_args

from payproof.errors import SpecError
from payproof.signing.bodytext import EMPTIES, SEPARATORS, Base64Form, BodyText, JsonStyle
from payproof.signing.charsets import CHARSETS
from payproof.signing.digests import DIGESTS
from payproof.signing.edits import EDITS
from payproof.signing.escapes import ESCAPES
from payproof.signing.key_forms import FORMS
from payproof.signing.nesting import BEYOND
from payproof.signing.orders import ORDERS
from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import Accept, Carry, Join, KeyUse, Recipe, Round
from payproof.signing.scalars import SCALARS
from payproof.signing.source import PartRef, Place, Source

T = TypeVar("T")
ALL_LEVELS = 1_000
DROPS = ("none", "null", "blank", "empty", "php-empty", "empty-containers")
_TEXTS = ("null", "true", "false", "missing")
JSON_TEXTS = {
    "compact": JsonStyle(),
    "spaced": JsonStyle(separators="spaced"),
    "node": JsonStyle(numbers="javascript", keys="js-integer-first"),
    "php": JsonStyle(slashes="escaped", unicode="escaped"),
    "python": JsonStyle(separators="spaced", unicode="escaped"),
    "go": JsonStyle(keys="go-sorted", html=True),
}


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
    recipe = Recipe(name, rounds=_rounds(raw, where), evidence=_evidence(raw))
    for key, reader in _READERS.items():
        if key in raw:
            recipe = replace(recipe, **understood(reader, raw[key], f"{where}/{key}"))
    return recipe


def understood(reader: Callable[[Any, str], T], value: Any, where: str) -> T:
    """Read one value; one of a type that its reader never meant is refused in words, too."""
    try:
        return reader(value, where)
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise _bad(value, where, "write it as the vocabulary's schema says") from None


def _evidence(raw: Mapping[str, Any]) -> dict[str, str]:
    rows = {
        key: value["x-evidence"]
        for key, value in raw.items()
        if isinstance(value, Mapping) and "x-evidence" in value
    }
    return {"scheme": str(raw.get("x-evidence", "unknown")), **rows}


def plain_choice(value: Any) -> Any:
    """Drop the `x-` notes of a mapping, and unwrap one that only holds a single choice."""
    if not isinstance(value, Mapping):
        return value
    kept = {key: item for key, item in value.items() if not str(key).startswith("x-")}
    if len(kept) == 1 and (alone := next(iter(kept))) in ("choice", "preset", "by", "is", "value"):
        return kept[alone]
    return kept


def _bad(value: Any, where: str, hint: str) -> SpecError:
    return SpecError(f"{value!r} is not understood", where=where, hint=hint)


def _source(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if isinstance(value, str):
        value = {value: ""}
    if not isinstance(value, Mapping):
        raise _bad(value, where, "write a place such as body, or {body: /json/pointer}")
    places = [key for key in value if key in get_args(Place)]
    if len(places) != 1:
        raise _bad(value, where, "name one of " + ", ".join(get_args(Place)))
    return {
        "source": Source(
            places[0],
            str(value[places[0]] or ""),
            decoded=bool(value.get("decoded", True)),
            path_id=value.get("path-id", "no"),
        )
    }


def _body_text(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if value in ("raw", None):
        return {"body_text": BodyText()}
    if not isinstance(value, Mapping):
        raise _bad(value, where, "write raw, or {json: {...}, base64: plain}")
    base64 = value.get("base64", "none")
    if base64 not in get_args(Base64Form):
        raise _bad(base64, where, "base64 is one of " + ", ".join(get_args(Base64Form)))
    style = value.get("json")
    return {"body_text": BodyText(_json_style(style, where) if style is not None else None, base64)}


def _json_style(value: Any, where: str) -> JsonStyle:
    if isinstance(value, str) and value in JSON_TEXTS:
        return JSON_TEXTS[value]
    try:
        given: dict[str, Any] = {str(key): item for key, item in (value or {}).items()}
        ready: dict[str, Any] = {key: "bytes" if item == "sorted" else item for key, item in given.items()}
        made = JsonStyle(**ready)
    except (TypeError, AttributeError):
        raise _bad(value, where, "known: separators, keys, slashes, unicode, empty, numbers, html") from None
    known = {
        "separators": SEPARATORS,
        "keys": ORDERS,
        "slashes": ("plain", "escaped"),
        "unicode": ("plain", "escaped", "escaped-upper"),
        "empty": EMPTIES,
        "numbers": SCALARS,
    }
    for name, choices in known.items():
        if getattr(made, name) not in choices:
            raise _bad(getattr(made, name), where, f"{name} is one of {', '.join(choices)}")
    return made


def _parts(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if value in ("values", "pairs", "names-and-values", "text"):
        return {"parts": value}
    rows = value.get("list") if isinstance(value, Mapping) else value
    if not isinstance(rows, list) or not rows:
        raise _bad(value, where, "write values, pairs, text or {list: [{header: name}, body]}")
    return {"parts": tuple(_part(row, where) for row in rows)}


def _part(row: Any, where: str) -> PartRef:
    pair: tuple[Any, Any] = (
        (row, "") if isinstance(row, str) else next(iter(plain_choice(row).items()), ("", ""))
    )
    kind, name = pair
    if kind not in ("header", "query", "path", "field", "body", "literal", "method", "target"):
        raise _bad(row, where, "a part is body, method, target or {header|query|path|field|literal: name}")
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
        raise _bad(value, where, "write {after: ..., end: ...}, {between: ...} or none")
    return {"join": Join(**{key: str(text) for key, text in value.items()})}


def _nesting(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    named = {"one-level": {"depth": 1}, "none": {"depth": 0}, "recursive": {"depth": "all"}}
    if isinstance(value, str):
        value = named.get(value, {"depth": 0, "beyond": value})
    if not isinstance(value, Mapping) or set(value) - {"depth", "beyond"}:
        raise _bad(value, where, "write {depth: 1, beyond: php-array} or one-level")
    depth = ALL_LEVELS if value.get("depth", 1) == "all" else value.get("depth", 1)
    if not isinstance(depth, int):
        raise _bad(depth, where, "depth is a whole number or all")
    return {"depth": depth, "beyond": BEYOND.pick(value.get("beyond", "inner-values"), where=where).name}


def _scalars(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if isinstance(value, str):
        value = {"preset": value}
    if not isinstance(value, Mapping) or set(value) - {"preset", *_TEXTS}:
        raise _bad(value, where, "write {preset: php} and texts for null, true, false, missing")
    texts = tuple((key, str(value[key])) for key in _TEXTS if key in value)
    return {"scalars": SCALARS.pick(value.get("preset", "as-sent"), where=where).name, "scalar_texts": texts}


def read_exclude(value: Any, where: str) -> dict[str, Any]:
    value = plain_choice(value)
    if isinstance(value, list):
        value = {"names": value}
    if not isinstance(value, Mapping) or set(value) - {"names", "drop", "only"}:
        raise _bad(value, where, "write {names: [...], drop: none}")
    drop = value.get("drop", "none") or "none"
    if drop not in DROPS:
        raise _bad(drop, where, "drop is one of " + ", ".join(DROPS))
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
        raise _bad(value, where, "known: " + ", ".join(sorted(known)))
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
        raise _bad(value, where, "write {field: name}, {query: name} or {header: name}")
    place, name = next(iter(value.items()))
    if place not in ("field", "header", "query"):
        raise _bad(value, where, "write {field: name}, {query: name} or {header: name}")
    return {"carry": Carry("header" if place == "header" else "field", str(name))}


def _choice(field: str, table: Mapping[str, Any]) -> Callable[[Any, str], dict[str, Any]]:
    def read(value: Any, where: str) -> dict[str, Any]:
        return {field: table.pick(plain_choice(value), where=where).name}  # type: ignore[attr-defined]

    return read


def _text(field: str) -> Callable[[Any, str], dict[str, Any]]:
    return lambda value, where: {field: str(plain_choice(value))}


_READERS: dict[str, Callable[[Any, str], dict[str, Any]]] = {
    "source": _source,
    "body-text": _body_text,
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


def _rounds(raw: Mapping[str, Any], where: str) -> tuple[Round, ...]:
    rows = raw.get("rounds") or [{key: raw[key] for key in ("digest", "key", "text") if key in raw}]
    if not isinstance(rows, list):
        raise _bad(rows, f"{where}/rounds", "write a list of {digest, key, text}")
    return tuple(understood(_round, plain_choice(row), f"{where}/rounds/{at}") for at, row in enumerate(rows))


def _round(row: Any, where: str) -> Round:
    if not isinstance(row, Mapping):
        raise _bad(row, where, "write {digest, key, text}")
    return Round(
        DIGESTS.pick(plain_choice(row.get("digest", "hmac-sha256")), where=where).name,
        read_key(row.get("key"), where),
        OUTPUTS.pick(plain_choice(row.get("text", "hex-lower")), where=where).name,
    )


def read_key(value: Any, where: str) -> KeyUse:
    """Read `{role: ..., form: ...}` or `{field: ..., form: ...}`."""
    value = plain_choice(value)
    if not isinstance(value, Mapping) or ("role" in value) == ("field" in value):
        raise _bad(value, f"{where}/key", "write {role: name, form: text} or {field: name}")
    form = FORMS.pick(plain_choice(value.get("form", "text")), where=f"{where}/key").name
    return KeyUse(str(value.get("role", "")), form, str(value.get("field", "")))
