"""YAML 1.2 core schema to data, from parser events.

PyYAML's own constructor reads YAML 1.1 (`NO` is false, `1:30` is 90, dates), keeps the last of two equal keys
and follows aliases without counting, and it recurses. So only its event parser is used, and a stack.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NoReturn

from payproof.errors import UnreadableInput
from payproof.files.limits import DEFAULT, Limits, Parsed, decode, escape, read_bytes

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {
    word: value for value in (True, False) for word in (str(value), str(value).lower(), str(value).upper())
}
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OTHER_INT = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NO_JSON = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_FIRST = frozenset("0123456789+-.~nNtTfF")
# As long as the decimal numbers that Python converts; the other forms have no limit of their own.
_LONGEST = 4300
_CORE = "tag:yaml.org,2002:"


def read_yaml(source: Path | bytes, limits: Limits = DEFAULT, name: str = "") -> Parsed:
    """Give what a YAML file holds.

    Args:
        source: A file, or bytes that came from elsewhere.
        limits: How much it may ask for.
        name: What messages call the source.

    Raises:
        UnreadableInput: with file, line and remedy: no YAML, not UTF-8, over a limit, a repeated key, a tag,
            several documents, an alias of itself, a value that JSON does not have.
    """
    data, name = read_bytes(source, limits, name)
    text = decode(data, name)
    built = _Builder(name, limits, None).build(text)

    def lines() -> dict[str, int]:
        found: dict[str, int] = {}
        _Builder(name, limits, found).build(text)
        return found

    return Parsed(built, name, lines)


def plain_scalar(text: str) -> Any:
    """Give the value of an unquoted scalar; raises ValueError for one that JSON does not have."""
    if text and text[0] not in _FIRST:
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.match(text):
        return int(text)
    if len(text) > _LONGEST:
        return text if not _OTHER_INT.match(text) else _too_long()
    if _OTHER_INT.match(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.match(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise ValueError("the number is too large")
        return number
    if _NO_JSON.match(text):
        raise ValueError("JSON has neither infinity nor not-a-number")
    return text


def _too_long() -> NoReturn:
    raise ValueError("too many digits")


class _Open:
    """A mapping or list still being read."""

    __slots__ = ("anchor", "at", "height", "is_map", "key", "line", "pointer", "start", "value")

    def __init__(self, value: Any, pointer: str, line: int, anchor: str | None, start: int) -> None:
        self.value, self.pointer, self.line, self.anchor, self.start = value, pointer, line, anchor, start
        self.is_map = type(value) is dict
        self.key: str | None = None
        self.height = 1


class _Builder:
    """Turns the events of one document into data, counting what they ask for."""

    def __init__(self, name: str, limits: Limits, lines: dict[str, int] | None) -> None:
        self._name, self._limits, self._lines = name, limits, lines
        self._stack: list[_Open] = []
        # By anchor: the value, how many nodes it stands for, how deep it is.
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._nodes = 0
        self._root: Any = None
        self._documents = 0
        self._line = 1

    def build(self, text: str) -> Any:
        import yaml

        parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        acts: dict[Any, Any] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            for event in yaml.parse(text, Loader=parser):
                act = acts.get(type(event))
                if act is not None and event.start_mark is not None:
                    self._line = event.start_mark.line + 1
                    act(event)
        except yaml.YAMLError as error:
            self._not_yaml(error)
        return self._root

    def _not_yaml(self, error: Any) -> NoReturn:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        self._line = mark.line + 1 if mark else self._line
        why = getattr(error, "problem", None) or getattr(error, "reason", None) or "the parser stopped"
        self._refuse(f"this is not YAML: {why}", "mend the text at this line, or quote the value")

    def _refuse(self, what: str, hint: str) -> NoReturn:
        raise UnreadableInput(what, where=f"{self._name}:{self._line}", hint=hint)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._refuse("a second document starts here", "keep one document in a file")

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        top = self._stack[-1] if self._stack else None
        if top is not None and top.is_map and top.key is None:
            self._key(top, text, event)
            return
        if event.tag is not None and event.tag != "!":
            value = self._tagged(event.tag, text)
        elif event.implicit[0] and event.tag is None:
            value = self._plain(text)
        else:
            value = text
        if event.anchor:
            self._anchors[event.anchor] = (value, 1, 0)
        self._put(value, self._line)

    def _plain(self, text: str) -> Any:
        try:
            return plain_scalar(text)
        except ValueError as error:
            why = "the number has too many digits" if "digits" in str(error) else str(error)
            self._refuse(why, "write it in quotes, as text")

    def _tagged(self, tag: str, text: str) -> Any:
        kind = tag.removeprefix(_CORE)
        value = self._plain(text) if kind in ("int", "float", "bool", "null") else text
        fits: dict[str, Any] = {
            "str": str,
            "int": int,
            "float": (int, float),
            "bool": bool,
            "null": type(None),
        }
        if kind == tag or kind not in fits:
            self._refuse(f"the tag {tag[:40]!r} is not allowed", "write the value without a tag")
        if not isinstance(value, fits[kind]) or (kind in ("int", "float") and isinstance(value, bool)):
            self._refuse(f"this is no {kind}", "write a value that fits its tag")
        return float(value) if kind == "float" else value

    def _key(self, top: _Open, text: str, event: Any) -> None:
        # A key is its text: `200:` and `"200":` are one name, as in JSON.
        if event.tag is not None and event.tag not in ("!", _CORE + "str"):
            self._refuse("a key has a tag", "write the key as plain text")
        if text == "<<" and event.implicit[0]:
            self._refuse("merge keys are no part of YAML 1.2", "write the shared entries out")
        if text in top.value:
            self._refuse(f"the key {text[:40]!r} stands twice in one mapping", "remove or rename one of them")
        if event.anchor:
            self._anchors[event.anchor] = (text, 1, 0)
        self._count(1)
        top.key, top.value[text] = text, None
        if self._lines is not None:
            self._lines[f"{top.pointer}/{escape(text)}"] = self._line

    def _start(self, event: Any) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and top.is_map and top.key is None:
            self._refuse("a key is a list or a mapping", "use text as key")
        value: Any = {} if type(event).__name__ == "MappingStartEvent" else []
        if event.tag not in (None, "!", _CORE + "map", _CORE + "seq"):
            self._refuse(f"the tag {event.tag[:40]!r} is not allowed", "write the value without a tag")
        if len(self._stack) >= self._limits.depth:
            self._refuse(f"nested deeper than {self._limits.depth} levels", "flatten the document")
        pointer = ""
        if self._lines is not None and top is not None:
            pointer = f"{top.pointer}/{escape(top.key or '') if top.is_map else len(top.value)}"
        opened = _Open(value, pointer, self._line, event.anchor, self._nodes)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        self._stack.append(opened)

    def _end(self, event: Any) -> None:
        done = self._stack.pop()
        if self._stack and self._stack[-1].height <= done.height:
            self._stack[-1].height = done.height + 1
        if done.anchor:
            self._anchors[done.anchor] = (done.value, self._nodes - done.start + 1, done.height)
        self._put(done.value, done.line)

    def _alias(self, event: Any) -> None:
        found = self._anchors.get(event.anchor)
        if found is None:
            self._refuse("an alias stands for itself or for nothing", "write the value out")
        value, nodes, height = found
        top = self._stack[-1] if self._stack else None
        if top is not None and top.is_map and top.key is None:
            self._refuse("a key is an alias", "write the key as plain text")
        if len(self._stack) + height > self._limits.depth:
            self._refuse(f"nested deeper than {self._limits.depth} levels", "flatten the document")
        if top is not None:
            top.height = max(top.height, height + 1)
        self._count(nodes - 1)
        self._put(value, self._line)

    def _count(self, more: int) -> None:
        self._nodes += more
        if self._nodes > self._limits.nodes:
            self._refuse(
                f"the document stands for more than {self._limits.nodes} values",
                "use fewer aliases, or split it",
            )

    def _put(self, value: Any, line: int) -> None:
        self._count(1)
        if not self._stack:
            self._root = value
            if self._lines is not None:
                self._lines[""] = line
            return
        top = self._stack[-1]
        if top.is_map:
            top.value[top.key] = value
            top.key = None
        else:
            if self._lines is not None:
                self._lines[f"{top.pointer}/{len(top.value)}"] = line
            top.value.append(value)
