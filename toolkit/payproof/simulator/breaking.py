"""The ways in which a value can break its schema, and trees with one value changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from payproof.signing.fields import Pairs

#: Gives the broken value for a good one.
Change = Callable[[Any], Any]
#: In place of a value: the member is left out.
DROP = object()
DOCUMENTED = "documented"
_DEEPEST = 12


def steps(pointer: str) -> list[str]:
    """Give the unescaped steps of a JSON pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def holds(tree: Any, path: list[str]) -> bool:
    """Say whether a documented reply has a value at the path."""
    if not path:
        return True
    if isinstance(tree, list) and path[0] == "*":
        return any(holds(item, path[1:]) for item in tree)
    return isinstance(tree, Mapping) and path[0] in tree and holds(tree[path[0]], path[1:])


def is_soft(schema: Mapping[str, Any], keyword: str) -> bool:
    """Say whether documents contradict each other on the keyword, or leave open what lies beyond it."""
    beyond = schema.get("x-beyond") or {}
    return keyword in (schema.get("x-soft") or {}) or (
        keyword != "type" and beyond.get("x-evidence", DOCUMENTED) != DOCUMENTED
    )


def nodes(
    schema: Any,
    pointer: str = "",
    required: bool = False,
    wanted: frozenset[str] = frozenset(),
    depth: int = 0,
    evidence: str = DOCUMENTED,
) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Give each schema below, with the pointer to its value (`*` for any item) and whether it is required.

    Args:
        wanted: Names that a schema around this one, of the same value, requires.
    """
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    evidence = str(schema.get("x-evidence", evidence))
    if evidence == DOCUMENTED:
        yield pointer, schema, required
    # What one branch of an allOf requires may be described in another.
    wanted = wanted | _required(schema, evidence)
    for name, inner in (schema.get("properties") or {}).items():
        spot = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
        yield from nodes(inner, spot, name in wanted, depth=depth + 1, evidence=evidence)
    if isinstance(schema.get("items"), Mapping):
        yield from nodes(schema["items"], f"{pointer}/*", depth=depth + 1, evidence=evidence)
    for word in ("allOf", "oneOf", "anyOf"):
        for branch in schema.get(word) or ():
            yield from nodes(branch, pointer, required, wanted, depth + 1, evidence)


def _required(schema: Any, evidence: str) -> frozenset[str]:
    """Give the names whose presence is documented."""
    if not isinstance(schema, Mapping):
        return frozenset()
    evidence = str(schema.get("x-evidence", evidence))
    branches = (_required(branch, evidence) for branch in schema.get("allOf") or ())
    own = schema.get("required") or () if evidence == DOCUMENTED else ()
    return frozenset(own).union(*branches)


def types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the JSON types a schema allows; none when it does not say."""
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else tuple(given)


_OTHER_TYPE: Mapping[str, tuple[str, Change]] = {
    "string": ("a-number", lambda value: Decimal(7)),
    "number": ("a-text", lambda value: str(value)),
    "integer": ("a-text", lambda value: str(value)),
    "boolean": ("a-text", lambda value: "true" if value else "false"),
    "object": ("a-list", lambda value: []),
    "array": ("an-object", lambda value: {}),
}


def breaks(schema: Mapping[str, Any], required: bool) -> Iterator[tuple[str, Change]]:
    """Give each way in which a value can break the schema: what it becomes, and the change."""
    kinds = types(schema)
    if required:
        yield "missing", lambda value: DROP
    # Null for an optional member may tell its absence; no document says that it may not.
    if required and kinds and "null" not in kinds:
        yield "null", lambda value: None
    if len(set(kinds) - {"null"}) == 1:
        (only,) = set(kinds) - {"null"}
        if only in _OTHER_TYPE:
            yield _OTHER_TYPE[only]
    if "enum" in schema or "const" in schema:
        yield (
            "outside-the-enum",
            lambda value: "PAYPROOF_PLANTED" if isinstance(value, str) else Decimal(424242),
        )
    if "pattern" in schema or "format" in schema:
        yield "off-pattern", lambda value: "\u00a7 planted \u00a7" if isinstance(value, str) else value
    if isinstance(schema.get("minimum"), int | float):
        low = Decimal(str(schema["minimum"])) - 1
        yield "below-the-minimum", lambda value: low
    if isinstance(schema.get("maximum"), int | float):
        high = Decimal(str(schema["maximum"])) + 1
        yield "above-the-maximum", lambda value: high
    if schema.get("minLength"):
        yield "empty", lambda value: "" if isinstance(value, str) else value
    if isinstance(schema.get("maxLength"), int) and schema["maxLength"] < 10_000:
        longer = "x" * (schema["maxLength"] + 1)
        yield "too-long", lambda value: longer if isinstance(value, str) else value


def changed(tree: Any, path: list[str], change: Change) -> Any:
    """Give a copy with the value at the path changed, in every item where the path says `*`."""
    if not path:
        return change(tree)
    head, rest = path[0], path[1:]
    if isinstance(tree, dict):
        items = ((name, changed(item, rest, change) if name == head else item) for name, item in tree.items())
        return {name: item for name, item in items if item is not DROP}
    if type(tree) is Pairs:
        pairs = ((name, changed(item, rest, change) if name == head else item) for name, item in tree)
        return Pairs((name, item) for name, item in pairs if item is not DROP)
    if isinstance(tree, list) and head == "*":
        return [item for item in (changed(item, rest, change) for item in tree) if item is not DROP]
    return tree
