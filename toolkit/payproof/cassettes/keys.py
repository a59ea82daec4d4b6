"""By what a request is found again: its operation, and all it says that does not vary from run to run.

Left out or replaced by the kind of thing it is: signatures and what else the recipe makes new each time (its
timestamps, the envelope's random bytes), dates that are computed from the clock, and personal data, since a
recording holds stand-ins for it. What nothing describes counts as it is in a `sharp` key; a recording of
live traffic holds stand-ins for that too, so its entries are also found by a `blunt` one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from payproof.cassettes.redaction.detect import spans
from payproof.cassettes.redaction.marks import Mark, Marks, Schemas, body_schemas, parameter_schemas
from payproof.errors import ToolkitError
from payproof.model import Message
from payproof.signing import Envelope, Keys, Recipe, open_envelope, scheme_for
from payproof.signing.fields import Number, Pairs, UnreadableBody, body_fields, parse_form, text_of_bytes
from payproof.spec import Operation, Spec, match

_FORM = "application/x-www-form-urlencoded"
Part = tuple[str, str]


@dataclass(frozen=True)
class RequestKey:
    """What a request is found by.

    Args:
        route: Its operation, else method and path.
        parts: (place, value) rows such as `("query/limit", "10")`, in no order that matters.
        unknown: Places which nothing describes.
    """

    route: str
    parts: tuple[Part, ...]
    unknown: frozenset[str] = frozenset()

    @cached_property
    def sharp(self) -> tuple[str, tuple[Part, ...]]:
        """The key with everything that was said."""
        return self.route, self.parts

    @cached_property
    def blunt(self) -> tuple[str, tuple[Part, ...]]:
        """The key without the values of what nothing describes."""
        return self.route, tuple(
            (place, "" if place in self.unknown else value) for place, value in self.parts
        )


class _Plan:
    """What is the same for every request of one operation, found once."""

    def __init__(self, spec: Spec, operation: Operation, switches: Mapping[str, str]) -> None:
        self.operation = operation
        self.recipe: Recipe | Envelope | None = scheme_for(spec, operation, "request", switches)
        self.marks: dict[tuple[str, tuple[str | int, ...]], Mark] = {}
        self.varies: set[str] = set()
        if isinstance(self.recipe, Recipe):
            self.varies = {step.key.field for step in self.recipe.rounds if step.key.field}
            if self.recipe.carry.where != "header":
                self.varies.add(self.recipe.carry.name)


class KeyMaker:
    """Makes the keys of requests.

    Args:
        spec: The gateway's document, or None.
        keys: Opens envelopes; without them their content does not count.
        switches: Settings of the spec's switches.
    """

    def __init__(
        self, spec: Spec | None = None, *, keys: Keys | None = None, switches: Mapping[str, str] | None = None
    ) -> None:
        self._spec, self._keys, self._switches = spec, keys, switches or {}
        self._marks = Marks(spec)
        self._roles: dict[str, str] = {key.text: role for role, row in (keys or {}).items() for key in row}
        self._plans: dict[str, _Plan] = {}

    def of(self, message: Message) -> RequestKey:
        """Give a request's key; no message makes it raise."""
        found = match(self._spec, message) if self._spec is not None else None
        path, _, query = _without_origin(message.target).partition("#")[0].partition("?")
        plan, rows = None, list[tuple[str, str, bool]]()
        if found is not None:
            plan = self._plan(found.operation)
            route = found.operation.id
            rows += [self._row(plan, "path", (name,), value) for name, value in found.path_params.items()]
        else:
            route = f"{message.method} {_plain(unquote(path))}"
        rows += self._pairs(plan, "query", parse_form(query), ())
        rows += self._body(plan, message)
        parts = tuple(sorted((place, value) for place, value, _ in rows))
        return RequestKey(route, parts, frozenset(place for place, _, unknown in rows if unknown))

    def _plan(self, operation: Operation) -> _Plan:
        if operation.id not in self._plans:
            assert self._spec is not None
            self._plans[operation.id] = _Plan(self._spec, operation, self._switches)
        return self._plans[operation.id]

    def _row(
        self, plan: _Plan | None, where: str, path: tuple[str | int, ...], value: str, schemas: Schemas = ()
    ) -> tuple[str, str, bool]:
        mark = self._mark(plan, where, path, schemas)
        place = "/".join([where, *map(str, path)])
        if any("x-clock" in part for part in mark.parts):
            return place, "<clock>", False
        if mark.kind not in ("", "unknown"):
            return place, f"<{mark.kind}>" if value else "", False
        if value in self._roles:
            return place, f"<{self._roles[value]}>", False
        return place, _plain(value), mark.kind == "unknown"

    def _mark(self, plan: _Plan | None, where: str, path: tuple[str | int, ...], schemas: Schemas) -> Mark:
        if plan is None:
            return self._marks.of((), path)
        general = (where, tuple(0 if isinstance(step, int) else step for step in path))
        if general not in plan.marks:
            if where in ("path", "query"):
                schemas, path = parameter_schemas(plan.operation, where, str(path[0])), ()
            plan.marks[general] = self._marks.of(schemas, path)
        return plan.marks[general]

    def _pairs(
        self, plan: _Plan | None, where: str, pairs: Pairs, schemas: Schemas
    ) -> Iterator[tuple[str, str, bool]]:
        for name, value in pairs:
            if plan is not None and name in plan.varies:
                continue
            if plan is not None and isinstance(plan.recipe, Envelope) and name == plan.recipe.form_field:
                yield from self._sealed(plan, plan.recipe, value, schemas)
            else:
                yield self._row(plan, where, (name,), value, schemas)

    def _sealed(
        self, plan: _Plan, envelope: Envelope, value: str, schemas: Schemas
    ) -> Iterator[tuple[str, str, bool]]:
        try:
            opened = open_envelope(envelope, value, self._keys) if self._keys is not None else None
        except ToolkitError:
            opened = None
        inner = self._marks.content(self._marks.member(schemas, envelope.form_field))
        held = self._marks.content(self._marks.member(inner, "value")) or inner
        for name, text in opened.fields if opened else ():
            yield self._row(plan, "envelope", (name,), text, held)

    def _body(self, plan: _Plan | None, message: Message) -> Iterator[tuple[str, str, bool]]:
        if not message.body:
            return
        operation = plan.operation if plan is not None else None
        schemas = body_schemas(operation, 0, message.media_type)
        try:
            tree = body_fields(message)
        except UnreadableBody:
            yield "body", _plain(text_of_bytes(message.body)), operation is None
            return
        if message.media_type == _FORM and type(tree) is Pairs and message.body[:1] != b"{":
            yield from self._pairs(plan, "body", tree, schemas)
            return
        yield from self._tree(plan, tree, (), schemas)

    def _tree(
        self, plan: _Plan | None, value: Any, path: tuple[str | int, ...], schemas: Schemas
    ) -> Iterator[tuple[str, str, bool]]:
        kind = type(value)
        if kind is Pairs or kind is list:
            rows = value if kind is Pairs else enumerate(value)
            if not value:
                yield "/".join(["body", *map(str, path)]), "{}" if kind is Pairs else "[]", False
            for step, inner in rows:
                if not (plan is not None and step in plan.varies):
                    yield from self._tree(plan, inner, (*path, step), schemas)
        elif kind is str:
            yield self._row(plan, "body", path, value, schemas)
        elif kind is Number:
            place, text, unknown = self._row(plan, "body", path, _number(value), schemas)
            yield place, text, unknown
        else:
            # null, true and false stand for nobody, and a text of the same letters is another value.
            yield (
                "/".join(["body", *map(str, path)]),
                f"<{ {None: 'null', True: 'true', False: 'false'}[value] }>",
                False,
            )


def _number(text: str) -> str:
    """Give one text for equal numbers: `10.50` and `10.5` are one amount."""
    try:
        number = Decimal(text)
        return format(number.normalize(), "f") if abs(number.adjusted()) < 100 else text
    except (InvalidOperation, ValueError):
        return text


def _without_origin(target: str) -> str:
    if target.startswith("/") or "://" not in target:
        return target
    return "/" + target.partition("://")[2].partition("/")[2]


def _plain(text: str) -> str:
    """Give a text with what looks personal replaced by what it is, as a recording holds stand-ins for it."""
    if "%" in text:
        text = unquote(text)
    if len(text) < 10 or not ("@" in text or any(letter.isdigit() for letter in text)):
        return text
    pieces, at = [], 0
    for start, end, kind in spans(text):
        pieces += [text[at:start], f"<{kind}>"]
        at = end
    return "".join([*pieces, text[at:]])
