"""JUnit XML as Apache Ant's schema demands it, the strictest in use, written down as a check.

Source: windyroad/JUnit-Schema, JUnit.xsd, read 2026-11-21. Stricter still: no attribute on a skipped test
but its message, counts that add up, and no test named twice in a suite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element


def _token(text: str) -> bool:
    return bool(text) and " ".join(text.split()) == text


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


_INT, _DECIMAL = _matches(r"\d{1,9}"), _matches(r"\d+(\.\d+)?")
_TIME = _matches(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_ANY: Callable[[str], bool] = lambda text: True  # noqa: E731 (a column of the table below)
#: Element to (required attributes, optional attributes, children in order, whether text is allowed).
_FORM: dict[str, tuple[dict[str, Callable[[str], bool]], dict[str, Callable[[str], bool]], str, bool]] = {
    "testsuites": ({}, {}, r"(testsuite )*", False),
    "testsuite": (
        {
            **dict.fromkeys(("name", "hostname", "package"), _token),
            **dict.fromkeys(("tests", "failures", "errors", "id"), _INT),
            "timestamp": _TIME,
            "time": _DECIMAL,
        },
        {"skipped": _INT},
        r"properties (testcase )*system-out system-err ",
        False,
    ),
    "properties": ({}, {}, r"(property )*", False),
    "property": ({"name": _token, "value": _ANY}, {}, r"", False),
    "testcase": (
        {"name": _token, "classname": _token, "time": _DECIMAL},
        {},
        r"((skipped|failure|error) )?",
        False,
    ),
    "failure": ({"type": _ANY}, {"message": _ANY}, r"", True),
    "skipped": ({}, {"message": _ANY}, r"", True),
    "system-out": ({}, {}, r"", True),
    "system-err": ({}, {}, r"", True),
}


def problems(root: Element) -> list[str]:
    """Give everything about a document that the schemas refuse, and counts that do not add up."""
    return [*_problems(root), *_counts(root), *([] if root.tag == "testsuites" else [f"root {root.tag}"])]


def _problems(element: Element) -> Iterator[str]:
    if element.tag not in _FORM:
        yield f"unknown element {element.tag}"
        return
    required, optional, children, text = _FORM[element.tag]
    yield from (f"{element.tag} lacks {name}" for name in required if name not in element.attrib)
    for name, value in element.attrib.items():
        check = {**required, **optional}.get(name)
        if check is None or not check(value):
            yield f"{element.tag} has {name}={value!r}"
    if not re.fullmatch(children, "".join(f"{child.tag} " for child in element)):
        yield f"{element.tag} holds {[child.tag for child in element]}"
    if not text and (element.text or "").strip():
        yield f"{element.tag} holds text"
    for child in element:
        yield from _problems(child)


def _counts(root: Element) -> Iterator[str]:
    for number, suite in enumerate(root):
        tests = suite.findall("testcase")
        marks = [child.tag for test in tests for child in test]
        found = (len(tests), marks.count("failure"), marks.count("error"), marks.count("skipped"), number)
        named = tuple(int(suite.get(name, "-1")) for name in ("tests", "failures", "errors", "skipped", "id"))
        if found != named:
            yield f"suite {suite.get('name')} counts {named}, not {found}"
        names = [(test.get("classname"), test.get("name")) for test in tests]
        if len(set(names)) != len(names):
            yield f"suite {suite.get('name')} names a test twice"
