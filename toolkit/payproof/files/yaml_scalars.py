"""Scalars of YAML 1.1 as `yaml.CSafeLoader` gives them, and no other tag than those of plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

CORE = "tag:yaml.org,2002:"
#: Scalars of these tags are built; a set or an object of any program is not.
_SCALARS = frozenset({"str", "int", "float", "bool", "null", "binary", "timestamp"})


class Scalars:
    """Builds scalars.

    Args:
        yaml: The library, imported by the caller.
        refuse: Raises the error for the place being read, given what and a hint.
    """

    def __init__(self, yaml: Any, refuse: Callable[[str, str], NoReturn]) -> None:
        self._yaml, self._refuse = yaml, refuse
        self._constructor: Any = yaml.SafeLoader("")
        self._resolvers: Any = yaml.SafeLoader.yaml_implicit_resolvers
        #: Letters with which a plain scalar begins that may be more than a text.
        self.first = frozenset(key for key in self._resolvers if key)

    def plain(self, text: str) -> Any:
        """Give what an unquoted scalar stands for."""
        if text.isdigit() and text.isascii() and (text[0] != "0" or text == "0") and len(text) < 19:
            return int(text)
        for tag, pattern in self._resolvers.get(text[:1], ()):
            if pattern.match(text):
                return text if tag == f"{CORE}merge" else self.tagged(tag, text)
        return text

    def tagged(self, tag: str, text: str) -> Any:
        """Give what a scalar with a tag stands for."""
        kind = tag.removeprefix(CORE)
        # The tag of a plain `=` has no meaning to any loader; it is the text it looks like.
        if kind == "value":
            return text
        if kind == tag or kind not in _SCALARS:
            self.refuse_tag(tag)
        try:
            node = self._yaml.ScalarNode(tag, text)
            return self._constructor.yaml_constructors[tag](self._constructor, node)
        except (ValueError, KeyError, OverflowError, self._yaml.YAMLError):
            self._refuse(f"this is no {kind}", "write a value that fits, or quote it as text")

    def refuse_tag(self, tag: str) -> NoReturn:
        """Refuse a tag that is not read."""
        what = f"the tag {tag[:60]!r} is not read; nothing in a file is ever executed"
        self._refuse(what, "record the entry again, or write the value without a tag")
