"""The items of one long YAML list, one by one, at the speed of libyaml and in flat memory: for cassettes.

Theory of operation. A recording of 10,000 entries is one document, and PyYAML builds all of it before the
first entry is seen: 340 MB and a garbage collector that walks them over and over; deep nesting overruns the
C stack of its composer, which ends the process. Here the parser's events are read from the file as they
come and each item is built on a stack of our own, handed out and forgotten. There is no cutting of text, so
nothing can be cut wrongly: block scalars, flow style, odd indentation and aliases from one item to another
read as they do in the whole document.

Values are those of YAML 1.1 as `yaml.CSafeLoader` gives them, since that is what wrote and reads such files
(`read_yaml` is for documents written by people, in YAML 1.2). Unlike there an alias may not stand for
something that holds it, and what aliases stand for is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from payproof.errors import UnreadableInput
from payproof.files.yaml_scalars import CORE, Scalars

_TEXTS = frozenset({"!", CORE + "str", CORE + "python/str", CORE + "python/unicode"})
_LISTS = frozenset({None, "!", CORE + "seq", CORE + "python/tuple"})
#: How vcrpy writes bodies that were files or iterators; each is read as the bytes it held.
_FILE, _ITERATOR = CORE + "python/object/new:_io.BytesIO", CORE + "python/object/apply:builtins.iter"
_MAPPINGS = frozenset({None, "!", CORE + "map", _FILE, _ITERATOR})


class Readable(Protocol):
    """A binary file, as far as it is needed here."""

    def read(self, size: int = -1, /) -> bytes:
        """Give at most that many bytes."""


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How much a stream of items may ask for.

    Args:
        item: Most bytes of one item.
        depth: Deepest nesting within one item.
        nodes: Most values of one item, each alias counted as all that it stands for.
    """

    item: int = 16 * 1024 * 1024
    depth: int = 64
    nodes: int = 100_000


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a top-level mapping, or one item of a streamed list.

    Args:
        key: The entry's name; for an item, the name of its list.
        value: The data.
        line: Where it starts, from 1.
        number: Of an item within its list, from 1; 0 for an entry.
    """

    key: str
    value: Any
    line: int
    number: int = 0


DEFAULT = StreamLimits()


def stream_yaml(
    source: Readable, lists: frozenset[str], *, name: str, limits: StreamLimits = DEFAULT
) -> Iterator[Item]:
    """Give the entries of the top-level mapping in order; a named list as `[]`, then item by item.

    Args:
        source: The file, read as it is needed.
        lists: Keys whose lists are streamed.
        name: What messages call the file.

    Raises:
        UnreadableInput: with file, line and, for an item, its number: no YAML, not UTF-8, over a limit, a tag
            that is not read, several documents, an alias of itself.
    """
    yield from _Stream(source, name, limits).items(lists)


class _Metered:
    """Hands out a file's bytes and refuses to when one item asks for too many."""

    def __init__(self, source: Readable, refuse: Callable[[], NoReturn], most: int) -> None:
        self._source, self._refuse, self._most = source, refuse, most
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes."""
        data = self._source.read(size)
        self.taken += len(data)
        if self.taken > self._most:
            self._refuse()
        return data


class _Frame:
    """A mapping or list still being read."""

    __slots__ = ("anchor", "has_key", "key", "merges", "start", "tag", "value")

    def __init__(self, value: Any, event: Any, start: int) -> None:
        self.value, self.anchor, self.tag, self.start = value, event.anchor, event.tag, start
        self.key: Any = None
        self.has_key = False
        self.merges: list[Any] | None = None


class _Stream:
    def __init__(self, source: Readable, name: str, limits: StreamLimits) -> None:
        import yaml

        self._yaml, self._name, self._limits = yaml, name, limits
        self._key, self._number, self._line, self._nodes = "", 0, 1, 0
        # The parser reads ahead, so an item's bytes are counted with those of its neighbours.
        self._meter = _Metered(source, self._too_large, limits.item + 65_536)
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._parser: Any = loader(self._meter)
        self._scalars = Scalars(yaml, self._refuse)
        self._anchors: dict[str, tuple[Any, int]] = {}

    def items(self, lists: frozenset[str]) -> Iterator[Item]:
        """Give the entries and items; the parser is closed at the end, whatever happens."""
        try:
            yield from self._root(lists)
        finally:
            self._parser.dispose()

    def _root(self, lists: frozenset[str]) -> Iterator[Item]:
        yaml = self._yaml
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return
        if not isinstance(self._next(), yaml.MappingStartEvent):
            self._refuse("the document is no mapping", "give a cassette, a HAR file or NDJSON")
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse("a top-level key is no text", "use text as key")
            self._key, self._number, event = event.value, 0, self._next()
            if self._key in lists and isinstance(event, yaml.SequenceStartEvent):
                yield Item(self._key, [], line)
                yield from self._list()
            else:
                yield Item(self._key, self._fresh(event), line)
            self._key, self._number = "", 0
        self._next()
        if not isinstance(self._next(), yaml.StreamEndEvent):
            self._refuse("a second document starts here", "keep one document in a file")

    def _list(self) -> Iterator[Item]:
        end, key = self._yaml.SequenceEndEvent, self._key
        while not isinstance(event := self._next(), end):
            self._number += 1
            line = event.start_mark.line + 1
            yield Item(key, self._fresh(event), line, self._number)

    def _fresh(self, event: Any) -> Any:
        self._nodes, self._meter.taken = 0, 0
        return self._build(event)

    def _next(self) -> Any:
        try:
            event = self._parser.get_event()
        except self._yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            self._line = mark.line + 1 if mark else self._line
            why = getattr(error, "problem", None) or getattr(error, "reason", None) or "the parser stopped"
            self._refuse(f"this is not YAML: {why}", "mend the text at this line, or quote the value")
        except UnicodeError:
            self._refuse("the text is not UTF-8", "save the file as UTF-8")
        self._line = event.start_mark.line + 1
        return event

    def _refuse(self, what: str, hint: str) -> NoReturn:
        entry = f" (entry {self._number})" if self._number else ""
        raise UnreadableInput(what, where=f"{self._name}:{self._line}{entry}", hint=hint)

    def _too_large(self) -> NoReturn:
        what = f"more than {self._limits.item} bytes belong to one entry"
        self._refuse(what, "split it, or raise the limit if you trust the file")

    # Building one value

    def _build(self, event: Any) -> Any:
        yaml, most = self._yaml, self._limits.depth
        scalar, mapping, sequence, alias = (
            yaml.ScalarEvent,
            yaml.MappingStartEvent,
            yaml.SequenceStartEvent,
            yaml.AliasEvent,
        )
        first, stack, merged = self._scalars.first, list[_Frame](), False
        while True:
            kind = event.__class__
            if kind is scalar:
                self._nodes += 1
                value: Any = event.value
                if event.tag is not None and event.tag not in _TEXTS:
                    value = self._scalars.tagged(event.tag, value)
                elif event.implicit[0] and event.tag is None and (not value or value[0] in first):
                    merged = value == "<<"
                    value = self._scalars.plain(value)
                if event.anchor:
                    self._anchors[event.anchor] = (value, 1)
            elif kind is mapping or kind is sequence:
                if len(stack) >= most:
                    self._refuse(f"nested deeper than {most} levels", "this is no recording")
                if event.tag not in (_MAPPINGS if kind is mapping else _LISTS):
                    self._scalars.refuse_tag(event.tag)
                if event.anchor:
                    self._anchors.pop(event.anchor, None)
                stack.append(_Frame({} if kind is mapping else [], event, self._nodes))
                event = self._next()
                continue
            elif kind is alias:
                value = self._alias(event)
            else:
                value = self._close(stack.pop())
            if self._nodes > self._limits.nodes:
                what = f"one entry stands for more than {self._limits.nodes} values"
                self._refuse(what, "use fewer aliases, or split it")
            if not stack:
                return value
            top = stack[-1]
            if top.value.__class__ is list:
                top.value.append(value)
            elif top.has_key:
                self._member(top, value)
            else:
                self._name_member(top, value, merged)
            merged = False
            event = self._next()

    def _name_member(self, top: _Frame, key: Any, merged: bool) -> None:
        if isinstance(key, dict | list):
            self._refuse("a key is a list or a mapping", "use text as key")
        top.has_key = True
        top.key = _MERGE if merged else key

    def _member(self, top: _Frame, value: Any) -> None:
        if top.key is _MERGE:
            top.merges = (top.merges or []) + [value]
        else:
            top.value[top.key] = value
        top.has_key = False

    def _close(self, done: _Frame) -> Any:
        self._nodes += 1
        value = self._with_merged(done) if done.merges is not None else done.value
        if done.tag == _FILE or done.tag == _ITERATOR:
            value = _body(value, "state" if done.tag == _FILE else "args")
        if done.anchor:
            self._anchors[done.anchor] = (value, self._nodes - done.start)
        return value

    def _with_merged(self, done: _Frame) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for merge in done.merges or ():
            for one in reversed(merge) if isinstance(merge, list) else (merge,):
                if not isinstance(one, dict):
                    self._refuse("a merge key does not merge a mapping", "write the entries out")
                self._nodes += len(one)
                made.update(one)
        made.update(done.value)
        return made

    def _alias(self, event: Any) -> Any:
        found = self._anchors.get(event.anchor)
        if found is None:
            self._refuse("an alias stands for what holds it, or for nothing", "write the value out")
        self._nodes += found[1]
        return found[0]


_MERGE = object()


def _body(value: dict[Any, Any], member: str) -> bytes:
    held = value.get(member) or [b""]
    piece = held[0] if isinstance(held, list) else b""
    pieces = piece if isinstance(piece, list) else [piece]
    return b"".join(
        one.encode() if isinstance(one, str) else one for one in pieces if isinstance(one, str | bytes)
    )
