"""Other values, at and beyond every constraint."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from payproof.conformance.values import beyond, bounds, others

SCHEMAS: list[tuple[dict[str, Any], Any]] = [
    ({"type": "integer", "minimum": 1, "maximum": 100}, 10),
    ({"type": "number", "exclusiveMinimum": 0}, 2.5),
    ({"type": "string", "minLength": 2, "maxLength": 5}, "abc"),
    ({"type": "string", "pattern": "^[0-9]+$"}, "12"),
    ({"type": "string", "enum": ["INR", "USD"]}, "INR"),
    ({"type": "boolean"}, True),
    ({"type": ["string", "null"]}, "x"),
    ({"type": "object"}, {}),
]


@pytest.mark.parametrize(("schema", "value"), SCHEMAS)
def test_values_at_the_edge_are_allowed(schema: dict[str, Any], value: Any) -> None:
    for name, edge in bounds(schema):
        assert jsonschema.Draft202012Validator(schema).is_valid(edge), name


@pytest.mark.parametrize(("schema", "value"), SCHEMAS)
def test_values_beyond_break_the_constraint_they_name(schema: dict[str, Any], value: Any) -> None:
    rows = list(beyond(schema, value))
    assert rows
    for name, wrong in rows:
        broken = {error.validator for error in jsonschema.Draft202012Validator(schema).iter_errors(wrong)}
        assert name.partition("-")[0] in broken, (name, wrong)


@pytest.mark.parametrize("value", ["10.50", "abc", "", "é", 5, 2.5, True, None])
def test_other_values_differ(value: Any) -> None:
    rows = list(others(value, {}))
    assert rows
    assert value not in rows


def test_a_date_keeps_its_form() -> None:
    assert next(iter(others("15-07-2030 18:30:00", {}))) == "15-07-2030 18:30:01"


def test_a_fraction_is_tried_where_a_whole_number_stands_and_a_number_would_do() -> None:
    assert ("type-fraction", 1100.5) in list(beyond({"type": "integer", "minimum": 100}, 1100))
    assert not any(name == "type-fraction" for name, _ in beyond({"type": ["integer", "number"]}, 1100))
    assert not any(name == "type-fraction" for name, _ in beyond({"type": "integer"}, True))


def test_a_date_is_tried_in_the_layouts_that_lenient_readers_take() -> None:
    rows = dict(beyond({"type": "string", "pattern": "x"}, "15-07-2030 18:30:00"))
    assert rows["pattern-year-first"] == "2030-07-15 18:30:00"
    assert rows["pattern-day-alone"] == "15-07-2030"
    assert "pattern-day-alone" not in dict(beyond({"pattern": "x"}, "15-07-2030"))
    assert "pattern-year-first" not in dict(beyond({"pattern": "x"}, "not a date"))
