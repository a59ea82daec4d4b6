"""Patterns that take exponential or quadratic time, or mean different things to different libraries.

The check is static and errs on the side of alarm: a repetition without an upper bound is safe only when each
text can be split between its rounds, and between it and its neighbours, in one way. Characters are compared
as sets over Latin-1 with one more member for all others.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from payproof.model import Finding, Severity
from payproof.rules import Example, rule
from payproof.spec.lint.subject import Node, Subject

_parser: Any = re._parser
_c: Any = re._constants
_ALL = frozenset(range(257))
#: A bound above this is as good as none.
_MANY = 64
_DIALECT = re.compile(r"\\[dDwWsSbBAZ0-9pPuUxk]|\(\?")
Chars = frozenset[int]


@rule(
    id="spec-pattern-unsafe",
    severity=Severity.ERROR,
    summary="A pattern can take exponential or quadratic time on a text that almost matches.",
    fix="leave one way to split the text: no repetition inside a repetition, no neighbours that overlap",
    example=Example(input={"pattern": "^([a-z]+)*$"}),
    area="lint",
)
def unsafe_pattern(subject: Subject) -> Iterator[Finding]:
    """Find patterns that backtrack without need, and those that are none."""
    for node, key, pattern in _patterns(subject):
        why = danger(pattern)
        if why:
            yield subject.finding(unsafe_pattern, node, f"{pattern[:80]!r}: {why}", key=key)


@rule(
    id="spec-pattern-dialect",
    severity=Severity.WARNING,
    summary="A pattern uses what regular-expression libraries read differently.",
    fix="write classes out, such as [0-9] for \\d, and do without look-around and back-references",
    example=Example(input={"pattern": "^\\d{4}$"}),
    area="lint",
)
def dialect_pattern(subject: Subject) -> Iterator[Finding]:
    """Find escapes and groups outside the common ground."""
    for node, key, pattern in _patterns(subject):
        for found in _DIALECT.finditer(pattern):
            if found[0] != "(?" or not pattern.startswith("(?:", found.start()):
                text = f"{pattern[:80]!r} uses {found[0]}"
                yield subject.finding(dialect_pattern, node, text, key=key)
                break


def _patterns(subject: Subject) -> Iterator[tuple[Node, str, str]]:
    for node in subject.written():
        if isinstance(node.value.get("pattern"), str):
            yield node, "pattern", node.value["pattern"]
        names = node.value.get("patternProperties")
        for name in names if isinstance(names, dict) else ():
            yield node, "patternProperties", name


def danger(pattern: str) -> str:
    """Say why a pattern is dangerous, or not one at all; empty when nothing is known against it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of syntax that may change its meaning one day
            tree = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"it is no regular expression ({str(error)[:80]})"
    return next(_dangers(list(tree)), "")


def _dangers(items: Sequence[Any]) -> Iterator[str]:
    for item in items:
        body = _body(item)
        if body is not None and _is_endless(item):
            yield from _rounds(body)
        for inner in _inner(item):
            yield from _dangers(inner)
    yield from _neighbours(items)


def _rounds(body: Sequence[Any]) -> Iterator[str]:
    """Find ways to split one text between the rounds of an endless repetition."""
    if not any(_least(item) for item in body):
        yield "what is repeated without end can be empty"
        return
    flat = list(_flat(body))
    for item in flat:
        repeated = _body(item)
        if repeated is not None and _is_elastic(item) and not _has_fence(flat, item, _chars(repeated)):
            yield "a repetition stands inside a repetition without end"
        if item[0] is _c.BRANCH:
            firsts = [_first(way) for way in item[1][1]]
            if any(one & other for index, one in enumerate(firsts) for other in firsts[index + 1 :]):
                yield "alternatives inside a repetition without end begin alike"
            for way in item[1][1]:
                yield from _rounds(list(way)) if way else ()


def _has_fence(items: Sequence[Any], item: Any, chars: Chars) -> bool:
    """Say whether something that every round must have cannot be part of the repetition."""
    return any(one is not item and _least(one) and not _chars([one]) & chars for one in items)


def _neighbours(items: Sequence[Any]) -> Iterator[str]:
    """Find two endless repetitions between which one text can be split."""
    before: Chars | None = None
    for item in _flat(items):
        if _is_endless(item):
            chars = _chars(_body(item) or ())
            if before is not None and before & _first(_body(item) or ()):
                yield "two repetitions without end that overlap stand side by side"
            before = chars
        elif _least(item) and item[0] is not _c.AT:
            before = None if before is None or not _chars([item]) & before else before


def _flat(items: Sequence[Any]) -> Iterator[Any]:
    for item in items:
        if item[0] is _c.SUBPATTERN:
            yield from _flat(list(item[1][3]))
        else:
            yield item


def _body(item: Any) -> list[Any] | None:
    return list(item[1][2]) if item[0] in (_c.MAX_REPEAT, _c.MIN_REPEAT) else None


def _is_endless(item: Any) -> bool:
    return item[0] in (_c.MAX_REPEAT, _c.MIN_REPEAT) and (item[1][1] is _c.MAXREPEAT or item[1][1] > _MANY)


def _is_elastic(item: Any) -> bool:
    return item[0] in (_c.MAX_REPEAT, _c.MIN_REPEAT) and item[1][0] != item[1][1] and item[1][1] > 1


def _inner(item: Any) -> Iterator[list[Any]]:
    op, value = item
    if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT):
        yield list(value[2])
    elif op is _c.SUBPATTERN:
        yield list(value[3])
    elif op is _c.BRANCH:
        yield from (list(way) for way in value[1])
    elif op in (_c.ASSERT, _c.ASSERT_NOT):
        yield list(value[1])
    elif op is _c.ATOMIC_GROUP:
        yield list(value)


def _least(item: Any) -> int:
    """Give how many characters an item needs at least."""
    op, value = item
    if op in (_c.LITERAL, _c.NOT_LITERAL, _c.ANY, _c.IN, _c.CATEGORY):
        return 1
    if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT):
        return int(value[0]) * sum(map(_least, value[2]))
    if op is _c.BRANCH:
        return min(sum(map(_least, way)) for way in value[1])
    return (
        sum(sum(map(_least, inner)) for inner in _inner(item))
        if op in (_c.SUBPATTERN, _c.ATOMIC_GROUP)
        else 0
    )


def _chars(items: Sequence[Any]) -> Chars:
    """Give every character that can stand in a text of these items."""
    found: Chars = frozenset()
    for item in items:
        inner = list(_inner(item))
        found |= frozenset().union(*map(_chars, inner)) if inner else _single(item)
    return found


def _first(items: Sequence[Any]) -> Chars:
    """Give every character with which a text of these items can begin."""
    found: Chars = frozenset()
    for item in items:
        inner = list(_inner(item))
        found |= frozenset().union(*map(_first, inner)) if inner else _single(item)
        if _least(item):
            break
    return found


def _single(item: Any) -> Chars:
    op, value = item
    if op is _c.LITERAL:
        return frozenset({min(value, 256)})
    if op is _c.NOT_LITERAL:
        return _ALL - {value}
    if op is _c.ANY:
        return _ALL
    if op is _c.RANGE:
        return frozenset(range(min(value[0], 256), min(value[1], 256) + 1))
    if op is _c.IN:
        negated = value[0][0] is _c.NEGATE
        chars: Chars = frozenset().union(*map(_single, value[1:] if negated else value))
        return (_ALL - chars) | {256} if negated else chars
    if op is _c.CATEGORY:
        return _ALL
    return _ALL if op is _c.GROUPREF else frozenset()
