"""Which operation a request asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

from payproof.model import Message
from payproof.spec.document import Spec
from payproof.spec.records import Operation

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^/?#]*")
_LONGEST_MIXED = 1024
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Match:
    """An operation, and what the request's target says to it.

    Args:
        operation: The one asked for.
        path_params: By name, percent-decoded; bytes that are not UTF-8 become U+FFFD.
        query: Decoded pairs in the order sent.
        base_path: The server's prefix that the target had.
    """

    operation: Operation
    path_params: dict[str, str]
    query: list[tuple[str, str]]
    base_path: str


class _Mixed(NamedTuple):
    """A segment such as `{id}.json`."""

    pattern: re.Pattern[str]
    names: tuple[str, ...]

    def fit(self, segment: str) -> dict[str, str] | None:
        """Give its parameters, None when it does not fit."""
        # Several templates in one segment try every split of it.
        found = self.pattern.fullmatch(segment) if len(segment) <= _LONGEST_MIXED else None
        return dict(zip(self.names, map(_decoded, found.groups()))) if found else None


_Part = str | _Mixed | None


class Route:
    """One operation under one base path."""

    __slots__ = ("base", "names", "operation", "parts", "rank")

    def __init__(self, operation: Operation, base: str) -> None:
        self.operation, self.base = operation, base
        self.names: list[tuple[int, str]] = []
        parts: list[_Part] = []
        for index, segment in enumerate(_segments(base + operation.path)):
            part = _part(segment)
            if part is None:
                self.names.append((index, _TEMPLATE.findall(segment)[0]))
            parts.append(part)
        self.parts = tuple(parts)
        # Literal segments win, the leftmost difference first; then partly literal ones.
        self.rank = tuple(0 if isinstance(part, str) else 1 if part else 2 for part in parts)

    def fit(self, segments: Sequence[str]) -> dict[str, str] | None:
        """Give the path parameters of a target with as many segments, None when it does not fit."""
        found: dict[str, str] = {}
        for part, segment in zip(self.parts, segments, strict=True):
            if part is None:
                if not segment:
                    return None
            elif isinstance(part, str):
                if part != segment and ("%" not in segment or unquote(segment) != part):
                    return None
            else:
                mixed = part.fit(segment)
                if mixed is None:
                    return None
                found.update(mixed)
        for index, name in self.names:
            found[name] = _decoded(segments[index])
        return found


Routes = dict[tuple[str, int], list[Route]]


def match(spec: Spec, message: Message, *, base_paths: Iterable[str] = ()) -> Match | None:
    """Give the operation that a request asks for, None when it is none; never raises, whatever the target.

    Args:
        spec: The spec.
        message: A request with a raw target or an absolute URL; the host is not looked at.
        base_paths: Prefixes besides those of the spec's servers, such as that of a URL under test.
    """
    path, query = _target(message.target)
    routes = routes_of(spec, tuple(base_paths))
    segments = _segments(path)
    for tried in (segments, segments[:-1]):
        for route in routes.get((message.method.upper(), len(tried)), ()):
            found = route.fit(tried)
            if found is not None:
                return Match(route.operation, found, pairs_of(query), route.base)
        if not segments or segments[-1]:
            break
    return None


def match_operation(operation: Operation, message: Message) -> Match | None:
    """Give what a request's target says to one given operation, None when its path is another one.

    Any prefix is accepted, since the caller knows already which operation is meant.
    """
    path, query = _target(message.target)
    segments = _segments(path)
    route = Route(operation, "")
    if segments and not segments[-1]:
        segments.pop()
    cut = len(segments) - len(route.parts)
    if cut < 0:
        return None
    found = route.fit(segments[cut:])
    base = "".join(f"/{segment}" for segment in segments[:cut])
    return None if found is None else Match(operation, found, pairs_of(query), base)


def _target(target: str) -> tuple[str, str]:
    if not target.startswith("/"):
        absolute = _ABSOLUTE.match(target)
        target = target[absolute.end() :] if absolute else target
    path, _, query = target.partition("#")[0].partition("?")
    return path, query


def _segments(path: str) -> list[str]:
    return path.split("/")[1:] if path.startswith("/") else []


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Give the decoded pairs of a query or form, in order."""
    if not query:
        return []
    pairs = (piece.partition("=") for piece in query.split("&") if piece)
    return [(_decoded_plus(name), _decoded_plus(value)) for name, _, value in pairs]


def _decoded(text: str) -> str:
    return unquote(text, errors="replace") if "%" in text else text


def _decoded_plus(text: str) -> str:
    return unquote_plus(text, errors="replace") if "%" in text or "+" in text else text


def _part(segment: str) -> _Part:
    """Give a literal, None for a whole template, or a pattern for a segment that mixes both."""
    names = tuple(_TEMPLATE.findall(segment))
    if not names:
        return unquote(segment)
    if segment == f"{{{names[0]}}}":
        return None
    literals = [re.escape(piece) for piece in _TEMPLATE.split(segment)[::2]]
    return _Mixed(re.compile("([^/]+?)".join(literals), re.DOTALL), names)


def routes_of(spec: Spec, more: tuple[str, ...] = ()) -> Routes:
    """Give a spec's routes by method and number of segments, in the order in which they are tried."""
    key = ("routes", more)
    if key not in spec.compiled:
        made: Routes = {}
        for operation in spec.operations.values():
            for base in dict.fromkeys((*operation.base_paths, *(text.rstrip("/") for text in more))):
                route = Route(operation, base)
                made.setdefault((operation.method, len(route.parts)), []).append(route)
        for rows in made.values():
            rows.sort(key=lambda route: route.rank)
        spec.compiled[key] = made
    found: Routes = spec.compiled[key]
    return found
