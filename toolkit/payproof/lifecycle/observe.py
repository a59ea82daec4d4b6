"""Observations: what polls, replies and webhooks showed of an object, read from NDJSON or interactions.

A record is either an observation in plain words,

    {"id": "o1", "status": "PENDING", "at": "2026-01-01T10:00:00Z", "source": "webhook", "delivery": "msg_1",
     "facts": {"pre_auth": true}, "money": {"ordered": 1100}}

or a body as the gateway sends it, located by the life cycle's `observe` entry, or such a body wrapped:

    {"source": "webhook", "headers": {"webhook-id": "msg_1"}, "body": {...}}

`observe` is one mapping, or a list of them for several shapes: `where` (pointer: values that must stand
there), `each` (pointer to the objects), `id`, `parent`, `status`, `at`, `event`, `delivery`, `facts` and
`money`; pointers are explained in `payproof.lifecycle.pointers`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, cast

from payproof.lifecycle.pointers import Body, find, first
from payproof.lifecycle.table import LifeCycle
from payproof.lifecycle.values import amount, fact, parse, parse_quietly, seconds
from payproof.model import Interaction, Message

Source = Literal["poll", "webhook", "response"]
_ID = ("id", "entity", "subject", "order_id")
_DELIVERY = ("delivery", "delivery_id", "webhook-id")


@dataclass(frozen=True, slots=True)
class Observation:
    """One sight of one object.

    Args:
        at_s: The object's own time of this status, seconds since the epoch; None when not given.
        seen_s: When it arrived, likewise; orders observations that lack their own time.
        source: `response`: the reply to an operation that moves the object; `poll`: a read; `webhook`.
        delivery: The webhook's id; the same id again is a duplicate.
        event: The webhook's event name.
        operation: The operation whose reply this is.
        money: Amounts by name, in the life cycle's unit.
        unreadable: Names of amounts that stand there but are no amount of that unit.
        where: File and line, or the interaction's source.
    """

    life_cycle: str
    subject: str
    status: str
    at_s: float | None = None
    seen_s: float | None = None
    source: Source = "poll"
    delivery: str = ""
    event: str = ""
    operation: str = ""
    parent: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    money: Mapping[str, Decimal] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    where: str = ""


def read_ndjson(
    lines: Iterable[str | bytes],
    cycles: Mapping[str, LifeCycle],
    *,
    name: str = "-",
    only: str | None = None,
    skipped: list[str] | None = None,
) -> Iterator[Observation]:
    """Give the observations of every line; a line in which no life cycle finds anything gives none.

    Args:
        name: The file's name for messages.
        only: Read for this life cycle alone. Otherwise a plain record without `life_cycle` belongs to the
            first one of the gateway, and a raw body to each that finds itself in it.
        skipped: Takes the places of the lines that gave nothing.

    Raises:
        UnreadableInput: A line is not JSON; `where` names file and line.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            where = f"{name}:{number}"
            found = list(observations(parse(line, where), cycles, only=only, where=where))
            if not found and skipped is not None:
                skipped.append(where)
            yield from found


def observations(
    record: Any, cycles: Mapping[str, LifeCycle], *, only: str | None = None, where: str = ""
) -> Iterator[Observation]:
    """Give what one record shows, see the module's text for its forms; never raises on any record."""
    if not isinstance(record, Mapping):
        return
    chosen = {only: cycles[only]} if only else cycles
    raw, about = _unwrap(record)
    found = [one for cycle in chosen.values() for one in _located(cycle, raw, about, where)]
    if not found and (plain := _plain(record, chosen, where)):
        found = [plain]
    yield from found


def from_interactions(
    interactions: Iterable[Interaction],
    cycles: Mapping[str, LifeCycle],
    *,
    webhooks: Collection[str] = (),
    only: str | None = None,
) -> Iterator[Observation]:
    """Give what recorded or live traffic shows: webhooks in their request, everything else in its reply.

    Args:
        webhooks: Names of the webhooks; an interaction with such an `operation` is a delivery.
    """
    chosen = {only: cycles[only]} if only else cycles
    for interaction in interactions:
        is_webhook = interaction.operation in webhooks
        message = interaction.request if is_webhook else interaction.response
        if message is None or message.status >= 400:
            continue
        about = _about(interaction, message, is_webhook)
        body = parse_quietly(message.body)
        for cycle in chosen.values():
            yield from _located(cycle, body, about, interaction.source)


def _unwrap(record: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Separate a raw body from what a wrapper says about it."""
    if "body" not in record:
        return record, {}
    body = record["body"]
    raw = parse_quietly(body) if isinstance(body, str) else body
    return raw, {key: value for key, value in record.items() if key != "body"}


def _about(interaction: Interaction, message: Message, is_webhook: bool) -> dict[str, Any]:
    kind = "webhook" if is_webhook else "response"
    seen = interaction.started_s + interaction.elapsed_s
    return {
        "headers": dict(reversed(message.headers)),
        "source": kind,
        "operation": "" if is_webhook else interaction.operation,
        "seen": seen or None,
    }


def _located(cycle: LifeCycle, raw: Any, about: Mapping[str, Any], where: str) -> Iterator[Observation]:
    for shape in cycle.observe:
        found = list(_by_shape(cycle, shape, raw, about, where))
        yield from found
        if found:
            return


def _by_shape(
    cycle: LifeCycle, shape: Mapping[str, Any], raw: Any, about: Mapping[str, Any], where: str
) -> Iterator[Observation]:
    headers = about.get("headers")
    named = (
        {str(key).lower(): str(value) for key, value in headers.items()}
        if isinstance(headers, Mapping)
        else {}
    )
    whole = Body(raw, raw, named)
    for pointer, wanted in (shape.get("where") or {}).items():
        if first([pointer], whole) not in (wanted if isinstance(wanted, list) else [wanted]):
            return
    items = find(_list(shape["each"]), whole) if "each" in shape else [raw]
    for item in items:
        body = Body(item, raw, named)
        status, subject = first(_list(shape.get("status")), body), first(_list(shape.get("id")), body)
        if isinstance(status, str) and isinstance(subject, str | int) and not isinstance(subject, bool):
            yield _build(cycle, shape, body, about, str(subject), status, where)


def _build(
    cycle: LifeCycle,
    shape: Mapping[str, Any],
    body: Body,
    about: Mapping[str, Any],
    subject: str,
    status: str,
    where: str,
) -> Observation:
    facts = {
        name: fact(value)
        for name, pointers in (shape.get("facts") or {}).items()
        if (value := first(_list(pointers), body)) is not None
    }
    found = {name: find(_list(pointers), body) for name, pointers in (shape.get("money") or {}).items()}
    event = first(_list(shape.get("event")), body)
    delivery = first(_list(shape.get("delivery")), body)
    operation = str(about.get("operation") or "")
    return Observation(
        life_cycle=cycle.name,
        subject=subject,
        status=status,
        at_s=seconds(first(_list(shape.get("at")), body)),
        seen_s=seconds(about.get("seen", about.get("at"))),
        source=_source(about.get("source"), cycle, operation, is_event=event is not None),
        delivery=str(delivery if delivery is not None else _any(about, _DELIVERY) or ""),
        event=str(event or ""),
        operation=operation,
        parent=str(first(_list(shape.get("parent")), body) or ""),
        facts=facts,
        where=where,
        **_amounts(cycle, found),
    )


def _plain(record: Mapping[str, Any], cycles: Mapping[str, LifeCycle], where: str) -> Observation | None:
    cycle = (
        cycles.get(str(record["life_cycle"])) if "life_cycle" in record else next(iter(cycles.values()), None)
    )
    subject, status = _any(record, _ID), record.get("status")
    if cycle is None or subject is None or not isinstance(status, str):
        return None
    facts = record.get("facts")
    given = {
        **(facts if isinstance(facts, Mapping) else {}),
        **{key: record[key] for key in cycle.facts if key in record},
    }
    money = record.get("money", record.get("amounts"))
    operation = str(record.get("operation") or "")
    return Observation(
        life_cycle=cycle.name,
        subject=str(subject),
        status=status,
        at_s=seconds(record.get("at")),
        seen_s=seconds(record.get("seen")),
        source=_source(record.get("source"), cycle, operation, is_event="event" in record),
        delivery=str(_any(record, _DELIVERY) or ""),
        event=str(record.get("event") or ""),
        operation=operation,
        parent=str(record.get("parent") or ""),
        facts={str(key): fact(value) for key, value in given.items()},
        where=where,
        **_amounts(
            cycle,
            {str(key): _list(value) for key, value in money.items()} if isinstance(money, Mapping) else {},
        ),
    )


def _source(given: Any, cycle: LifeCycle, operation: str, *, is_event: bool) -> Source:
    """Give the kind of source; a reply to an operation that moves nothing in this table is a poll."""
    kind = given if given in ("poll", "webhook", "response") else "webhook" if is_event else "response"
    moves = any(row.trigger == operation for row in cycle.transitions)
    return "poll" if kind == "response" and not moves else cast(Source, kind)


def _amounts(cycle: LifeCycle, found: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Add up the values of each name; a name with one value that is no amount is unreadable."""
    money: dict[str, Decimal] = {}
    unreadable = []
    for name, values in found.items():
        numbers = [amount(value, cycle.amounts) for value in values]
        if any(number is None for number in numbers):
            unreadable.append(name)
        elif numbers:
            money[name] = sum((number for number in numbers if number is not None), Decimal(0))
    return {"money": money, "unreadable": tuple(unreadable)}


def _any(record: Mapping[str, Any], names: Iterable[str]) -> Any:
    values = (record.get(name) for name in names)
    return next(
        (value for value in values if isinstance(value, str | int) and not isinstance(value, bool)), None
    )


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
