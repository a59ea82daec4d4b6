"""Signing schemes as the spec writes them -> recipes.

One reader per dimension of `components/x-signing-schemes`; what a scheme leaves out has the default
of `Recipe`. Any dimension may be a mapping, so that it can carry its own `x-evidence`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from payproof.errors import SpecError, UsageError
from payproof.signing.bodytext import Base64Form, BodyText, JsonStyle
from payproof.signing.charsets import CHARSETS
from payproof.signing.digests import DIGESTS
from payproof.signing.edits import EDITS
from payproof.signing.escapes import ESCAPES
from payproof.signing.keys import FORMS
from payproof.signing.nesting import BEYOND
from payproof.signing.orders import ORDERS
from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import Accept, Carry, Join, KeyUse, Recipe, Round
from payproof.signing.scalars import SCALARS
from payproof.signing.source import PartRef, Place, Source

if TYPE_CHECKING:
    from payproof.signing.envelope import Envelope

ALL_LEVELS = 1_000
DROPS = ("none", "null", "empty", "php-empty", "empty-containers")
_TEXTS = ("null", "true", "false", "missing")


def load_scheme(
    schemes: Mapping[str, Any],
    name: str,
    *,
    overrides: Mapping[str, Any] | None = None,
    source: Any = None,
    carry: Any = None,
) -> Recipe | Envelope:
    """Give the recipe (or envelope) of a scheme by its name.

    Args:
        schemes: `components/x-signing-schemes` of a spec.
        name: Such as `paykun.request`.
        overrides: Dimensions that a switch's setting or a profile changes.
        source, carry: What an operation's `x-signing` says of them, if anything.

    Raises:
        UsageError: when there is no such scheme.
        SpecError: when the scheme does not hold together.
    """
    raw = schemes.get(name)
    if not isinstance(raw, Mapping):
        raise UsageError(
            f"there is no signing scheme {name!r}",
            where="scheme name",
            hint="known: " + (", ".join(sorted(schemes)) or "none"),
        )
    merged = {**raw, **(overrides or {})}
    if source is not None:
        merged["source"] = source
    if carry is not None:
        merged["carry"] = carry
    if merged.get("kind") == "envelope":
        from payproof.signing.envelope import read_envelope

        return read_envelope(name, merged)
    return read_recipe(name, merged)


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
            recipe = replace(recipe, **reader(raw[key], f"{where}/{key}"))
    return recipe


def _evidence(raw: Mapping[str, Any]) -> dict[str, str]:
    rows = {
        key: value["x-evidence"]
        for key, value in raw.items()
        if isinstance(value, Mapping) and "x-evidence" in value
    }
    return {"scheme": str(raw.get("x-evidence", "unknown")), **rows}


def _plain(value: Any) -> Any:
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
    value = _plain(value)
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
    value = _plain(value)
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
    named: dict[str, dict[str, Any]] = {
        "compact": {},
        "spaced": {"separators": "spaced"},
        "node": {},
        "php": {"slashes": "escaped", "unicode": "escaped"},
        "python": {"separators": "spaced", "unicode": "escaped"},
    }
    if isinstance(value, str) and value in named:
        return JsonStyle(**named[value])
    try:
        given = {("keys" if key == "key-order" else str(key)): item for key, item in (value or {}).items()}
        return JsonStyle(**{key: "bytes" if item == "sorted" else item for key, item in given.items()})
    except (TypeError, AttributeError):
        raise _bad(value, where, "known: separators, keys, slashes, unicode, empty, numbers, html") from None


def _parts(value: Any, where: str) -> dict[str, Any]:
    value = _plain(value)
    if value in ("values", "pairs", "names-and-values", "text"):
        return {"parts": value}
    rows = value.get("list") if isinstance(value, Mapping) else value
    if not isinstance(rows, list) or not rows:
        raise _bad(value, where, "write values, pairs, text or {list: [{header: name}, body]}")
    return {"parts": tuple(_part(row, where) for row in rows)}


def _part(row: Any, where: str) -> PartRef:
    kind, name = (row, "") if isinstance(row, str) else next(iter(_plain(row).items()), ("", ""))
    if kind not in ("header", "query", "path", "field", "body", "literal", "method", "target"):
        raise _bad(row, where, "a part is body, method, target or {header|query|path|field|literal: name}")
    return PartRef(kind, str(name))


def _order(value: Any, where: str) -> dict[str, Any]:
    value = _plain(value)
    if isinstance(value, Mapping) and isinstance(value.get("table"), list):
        return {"order_table": tuple(map(str, value["table"])), "order": "as-sent"}
    return {"order": ORDERS.pick(value, where=where).name, "order_table": ()}


def _join(value: Any, where: str) -> dict[str, Any]:
    value = _plain(value)
    if value in ("none", None):
        value = {}
    if not isinstance(value, Mapping) or set(value) - {"after", "between", "end"}:
        raise _bad(value, where, "write {after: ..., end: ...}, {between: ...} or none")
    return {"join": Join(**{key: str(text) for key, text in value.items()})}


def _nesting(value: Any, where: str) -> dict[str, Any]:
    value = _plain(value)
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
    value = _plain(value)
    if isinstance(value, str):
        value = {"preset": value}
    if not isinstance(value, Mapping) or set(value) - {"preset", *_TEXTS}:
        raise _bad(value, where, "write {preset: php} and texts for null, true, false, missing")
    texts = tuple((key, str(value[key])) for key in _TEXTS if key in value)
    return {"scalars": SCALARS.pick(value.get("preset", "as-sent"), where=where).name, "scalar_texts": texts}


def _exclude(value: Any, where: str) -> dict[str, Any]:
    value = _plain(value)
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
    value = _plain(value)
    return {"edits": tuple(EDITS.pick(name, where=where).name for name in value or ())}


def _accept(value: Any, where: str) -> dict[str, Any]:
    value = _plain(value) or {}
    known = {"case", "separator", "canonical-base64", "freshness", "max-signatures"}
    if not isinstance(value, Mapping) or set(value) - known:
        raise _bad(value, where, "known: " + ", ".join(sorted(known)))
    freshness = _plain(value.get("freshness") or {})
    return {
        "accept": Accept(
            case=str(_plain(value.get("case", "exact"))),
            separator=str(_plain(value.get("separator", ""))),
            canonical_base64=bool(_plain(value.get("canonical-base64", True))),
            freshness_header=str(freshness.get("header", "")),
            tolerance_s=int(freshness.get("tolerance_s", 300)),
            max_signatures=int(_plain(value.get("max-signatures", 16))),
        )
    }


def _carry(value: Any, where: str) -> dict[str, Any]:
    value = _plain(value)
    if not isinstance(value, Mapping) or len(value) != 1:
        raise _bad(value, where, "write {field: name}, {query: name} or {header: name}")
    place, name = next(iter(value.items()))
    if place not in ("field", "header", "query"):
        raise _bad(value, where, "write {field: name}, {query: name} or {header: name}")
    return {"carry": Carry("header" if place == "header" else "field", str(name))}


def _choice(field: str, table: Mapping[str, Any]) -> Callable[[Any, str], dict[str, Any]]:
    def read(value: Any, where: str) -> dict[str, Any]:
        return {field: table.pick(_plain(value), where=where).name}  # type: ignore[attr-defined]

    return read


def _text(field: str) -> Callable[[Any, str], dict[str, Any]]:
    return lambda value, where: {field: str(_plain(value))}


_READERS: dict[str, Callable[[Any, str], dict[str, Any]]] = {
    "source": _source,
    "body-text": _body_text,
    "parts": _parts,
    "pair": _text("pair"),
    "order": _order,
    "join": _join,
    "nesting": _nesting,
    "scalars": _scalars,
    "escaping": _choice("escaping", ESCAPES),
    "exclude": _exclude,
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
    return tuple(_round(_plain(row), f"{where}/rounds/{at}") for at, row in enumerate(rows))


def _round(row: Any, where: str) -> Round:
    if not isinstance(row, Mapping):
        raise _bad(row, where, "write {digest, key, text}")
    return Round(
        DIGESTS.pick(_plain(row.get("digest", "hmac-sha256")), where=where).name,
        read_key(row.get("key"), where),
        OUTPUTS.pick(_plain(row.get("text", "hex-lower")), where=where).name,
    )


def read_key(value: Any, where: str) -> KeyUse:
    """Read `{role: ..., form: ...}` or `{field: ..., form: ...}`."""
    value = _plain(value)
    if not isinstance(value, Mapping) or ("role" in value) == ("field" in value):
        raise _bad(value, f"{where}/key", "write {role: name, form: text} or {field: name}")
    form = FORMS.pick(_plain(value.get("form", "text")), where=f"{where}/key").name
    return KeyUse(str(value.get("role", "")), form, str(value.get("field", "")))


def switch_overrides(switches: Mapping[str, Any], chosen: Mapping[str, str], scheme: str) -> dict[str, Any]:
    """Collect what the chosen (else default) settings of a spec's switches change in a scheme.

    Args:
        switches: `Spec.switches`: records with `settings` and `default`.
    """
    merged: dict[str, Any] = {}
    for name, switch in switches.items():
        setting = switch.settings.get(chosen.get(name, switch.default)) or {}
        merged.update((setting.get("recipe") or {}).get(scheme) or {})
    return merged


def scheme_for(
    spec: Any, operation: Any, part: str, switches: Mapping[str, str] | None = None
) -> Recipe | Envelope | None:
    """Give the recipe that covers one part of an operation or webhook, or None when it is unsigned.

    Args:
        spec: A loaded `Spec`; its `x-switches` may change dimensions.
        operation: One of its operations or webhooks.
        part: `request`, `response` or `webhook` (the same as `request` there).
        switches: Settings chosen by name; the others have their defaults.
    """
    signing = operation.signing or {}
    rule = signing.get("request" if part == "webhook" else part)
    if not isinstance(rule, Mapping) or "scheme" not in rule:
        return None
    overrides = switch_overrides(spec.switches, switches or {}, rule["scheme"])
    source = rule.get("source")
    # A switch may say how a place is read; where it is, the operation says.
    if source is not None and isinstance(overrides.get("source"), Mapping):
        base = {source: ""} if isinstance(source, str) else dict(source)
        notes = {key: value for key, value in overrides["source"].items() if key not in get_args(Place)}
        source = {**base, **notes}
    return load_scheme(
        spec.schemes, rule["scheme"], overrides=overrides, source=source, carry=rule.get("carry")
    )
