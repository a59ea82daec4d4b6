"""What a spec knows that helps a diagnosis: documented orders of fields, and what SDKs really compute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from payproof.signing.envelope import Envelope
from payproof.signing.recipe import Recipe
from payproof.signing.scheme import load_scheme

if TYPE_CHECKING:
    from payproof.spec.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Profile:
    """A point that an official SDK or plugin really computes.

    Args:
        name: Its name in `x-signing-profiles`.
        summary: One sentence about it.
        recipe: The point.
        changes: The dimensions in which it departs from the scheme.
    """

    name: str
    summary: str
    recipe: Recipe
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Knowledge beside the recipe; empty for a recipe on its own.

    Args:
        orders: Documented orders of the fields of operations under this scheme.
        profiles: What SDKs compute under it.
        documented: Title and address of the document that describes it.
        sealed: What stands inside an encrypted request of this scheme.
    """

    orders: tuple[tuple[str, ...], ...] = ()
    profiles: tuple[Profile, ...] = ()
    documented: str = ""
    sealed: Sealed | None = None


NO_CONTEXT = Context()


def context_for(spec: Any, scheme: str, *, source: Any = None, carry: Any = None) -> Context:
    """Collect what a loaded `Spec` says about a scheme.

    Args:
        spec: The gateway's spec.
        scheme: Name of the scheme.
        source, carry: What an operation's `x-signing` overrides, so that profiles read the same place.
    """
    raw = spec.schemes.get(scheme) or {}
    orders = tuple(dict.fromkeys(_orders(spec, scheme)))
    profiles = tuple(_profiles(spec, scheme, source, carry))
    sources = spec.document.get("x-sources") or {}
    return Context(orders, profiles, _place(raw.get("x-source"), sources), _sealed(spec, scheme, raw))


def _sealed(spec: Any, scheme: str, raw: Mapping[str, Any]) -> Sealed | None:
    point = load_scheme(spec.schemes, scheme) if raw.get("kind") == "envelope" else None
    if not isinstance(point, Envelope):
        return None
    from payproof.spec.sealed import sealed_in

    return sealed_in(spec, scheme, point.form_field)


def _place(source: Any, sources: Mapping[str, Any]) -> str:
    row = sources.get(source, source) if isinstance(source, str) else source
    if not isinstance(row, Mapping):
        return str(row or "")
    return ", ".join(str(row[part]) for part in ("document", "section", "url") if row.get(part))


def _profiles(spec: Any, scheme: str, source: Any, carry: Any) -> Iterator[Profile]:
    for name, row in spec.profiles.items():
        if row.get("scheme") == scheme and row.get("changes"):
            point = load_scheme(spec.schemes, scheme, overrides=row["changes"], source=source, carry=carry)
            if isinstance(point, Recipe):
                yield Profile(name, str(row.get("summary", "")), point, tuple(row["changes"]))


def _orders(spec: Any, scheme: str) -> Iterator[tuple[str, ...]]:
    for operation in (*spec.operations.values(), *spec.webhooks.values()):
        rule = (operation.signing or {}).get("request") or {}
        if rule.get("scheme") != scheme:
            continue
        query = [parameter.name for parameter in operation.parameters if parameter.where == "query"]
        if query:
            yield tuple(query)
        for media in ((operation.request_body or {}).get("content") or {}).values():
            names = list(_properties(media.get("schema") or {}))
            if names:
                yield tuple(names)


def _properties(schema: Mapping[str, Any]) -> Sequence[str]:
    names = list(schema.get("properties") or {})
    for part in schema.get("allOf") or ():
        if isinstance(part, Mapping):
            names += [name for name in _properties(part) if name not in names]
    return names
