"""How JSON libraries write a body again: each a mistake when the bytes as sent are signed."""

from __future__ import annotations

from dataclasses import replace

from payproof.signing.bodytext import JsonStyle
from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, RARE

Row = tuple[str, str, JsonStyle, int, str]

_ASCII = JsonStyle(unicode="escaped")
_PHP = JsonStyle(slashes="escaped", unicode="escaped")
_BASIC: tuple[Row, ...] = (
    ("reserialised-compact", "without spaces", JsonStyle(), COMMON, "JSON.stringify"),
    ("reserialised-spaced", "with a space after , and :", JsonStyle("spaced"), COMMON, ""),
    ("json-dumps", "as Python's json.dumps does", replace(_ASCII, separators="spaced"), COMMON, "json.dumps"),
    ("json-encode", "as PHP's json_encode does", _PHP, COMMON, "json_encode"),
    ("slashes-escaped", "with / as \\/", JsonStyle(slashes="escaped"), COMMON, "JSON_UNESCAPED_UNICODE"),
    ("ascii-escaped", "with \\u for what is not ASCII", _ASCII, COMMON, "JSON_UNESCAPED_SLASHES"),
    ("ascii-escaped-upper", "with \\u in upper case", JsonStyle(unicode="escaped-upper"), PLAUSIBLE, ".NET"),
    ("html-escaped", "with < > & escaped", JsonStyle(html=True), COMMON, "Go's encoding/json"),
    ("html-escaped-gson", "with < > & = ' escaped", JsonStyle(html="gson"), COMMON, "Gson"),
    (
        "pretty-2",
        "over several lines, indented by 2",
        JsonStyle("indent-2"),
        COMMON,
        "JSON.stringify(_, null, 2)",
    ),
    ("pretty-4", "over several lines, indented by 4", JsonStyle("indent-4"), COMMON, ""),
    (
        "pretty-php",
        "as JSON_PRETTY_PRINT does",
        replace(_PHP, separators="indent-4"),
        COMMON,
        "JSON_PRETTY_PRINT",
    ),
    (
        "pretty-2-ascii",
        "indented by 2 with \\u",
        replace(_ASCII, separators="indent-2"),
        COMMON,
        "json.dumps(indent=2)",
    ),
    (
        "pretty-4-ascii",
        "indented by 4 with \\u",
        replace(_ASCII, separators="indent-4"),
        COMMON,
        "json.dumps(indent=4)",
    ),
    # One call of toJson does both.
    (
        "gson-default",
        "with < > & = ' escaped and without its null values",
        JsonStyle(html="gson", empty="null-dropped"),
        COMMON,
        "Gson's toJson",
    ),
    (
        "gson-default-doubles",
        "with < > & = ' escaped, without its null values, every number a double",
        JsonStyle(html="gson", empty="null-dropped", numbers="java-double"),
        PLAUSIBLE,
        "Gson's toJson of an untyped map",
    ),
    ("comma-spaced", "with a space after ,", JsonStyle("comma-spaced"), RARE, ""),
    ("colon-spaced", "with a space after :", JsonStyle("colon-spaced"), PLAUSIBLE, ".NET"),
)
_EMPTIES = (
    ("dropped", "empty-values-dropped", "without its empty values and containers", ""),
    ("blank-dropped", "empty-values-dropped", "without its null and empty text values", ""),
    ("null-dropped", "null-values-dropped", "without its null values", "Gson"),
    ("php", "php-empty-dropped", "without what PHP calls empty", "array_filter"),
)
_NUMBERS = (
    ("javascript", "numbers-javascript", "with JavaScript's numbers", "JSON.stringify"),
    ("python", "numbers-python", "with Python's numbers", "json.dumps"),
    ("python-float", "numbers-float", "with every number as a float", "parse_int=float"),
    ("java-double", "numbers-double", "with every number as a double", "Gson"),
    ("php-shortest", "numbers-php", "with PHP's numbers", "json_encode"),
)
_OWN_NUMBERS = ("javascript", "python", "php-shortest")
_KEYS = (
    ("bytes", "-sorted", ", its keys sorted"),
    ("java-hashmap", "-java-hashmap", ", its keys in HashMap order"),
    ("js-integer-first", "-js-integer-first", ", integer-like keys first"),
)
_ARRAY_HOSTS = ("pretty-php", "pretty-4", "pretty-4-ascii")
"""What PHP's JSON_PRETTY_PRINT writes, alone and with the flags that leave / and letters as they are."""
_HOSTS = (
    "reserialised-compact",
    "reserialised-spaced",
    "json-dumps",
    "json-encode",
    "ascii-escaped",
    "slashes-escaped",
)


def json_styles() -> tuple[Row, ...]:
    """Give every way to write a body again: (name, words, style, rank, habit), likely ones first."""
    return _ALL


def _rows() -> list[Row]:
    rows = [(name, f"written again {says}", style, rank, habit) for name, says, style, rank, habit in _BASIC]
    hosts = [row for row in rows if row[0] in _HOSTS]
    rows += _with(hosts, _EMPTIES, "empty")
    rows += _with(hosts, _NUMBERS, "numbers")
    for name, says, style, _, _ in (*hosts, *(row for row in rows if row[0] in _ARRAY_HOSTS)):
        likely = COMMON if name in ("reserialised-compact", "json-encode", "slashes-escaped") else PLAUSIBLE
        array = replace(style, empty_object="[]")
        rows.append(
            (f"{name}+empty-object-as-array", f"{says}, with {{}} as []", array, likely, "PHP arrays")
        )
    # A parser that is made to sort prints numbers anew all the same.
    anew = [row for row in rows if row[0].startswith("numbers-") and row[2].numbers in _OWN_NUMBERS]
    rows += [
        (f"{name}-sorted", f"{says}, its keys sorted", replace(style, keys="bytes"), rank, habit)
        for name, says, style, rank, habit in anew
    ]
    for keys, suffix, more in _KEYS:
        rows += [
            (
                name + suffix,
                says + more,
                replace(style, keys=keys),
                rank if style.separators[0] != "i" else 2,
                habit,
            )
            for name, says, style, rank, habit in rows[: len(_BASIC)]
        ]
    return rows


def _with(hosts: list[Row], table: tuple[tuple[str, str, str, str], ...], field: str) -> list[Row]:
    made: list[Row] = []
    for value, name, more, habit in table:
        for host, says, style, rank, _ in hosts:
            changed: dict[str, str] = {field: value}
            likely = rank if host in ("reserialised-compact", "json-dumps") else PLAUSIBLE
            made.append((f"{name}+{host}", f"{says}, {more}", replace(style, **changed), likely, habit))
    return made


_ALL = tuple(_rows())
