"""Values just beyond a limit break that limit alone."""

from __future__ import annotations

from payproof.conformance.values import beyond


def test_a_number_that_is_too_long_is_still_made_of_digits() -> None:
    schema = {"type": "string", "pattern": "^[0-9]{1,20}$", "maxLength": 20, "examples": ["9000000001"]}
    for value in ("", "9000000002"):
        assert dict(beyond(schema, value))["maxLength"].isdigit()
        assert len(dict(beyond(schema, value))["maxLength"]) == 21


def test_a_map_has_one_member_too_many() -> None:
    schema = {"type": "object", "maxProperties": 3}
    assert len(dict(beyond(schema, None))["maxProperties"]) == 4
    assert dict(beyond(schema, {"a": "b"}))["maxProperties"].keys() >= {"a"}
    assert "maxProperties" not in dict(beyond({"type": "object"}, {"a": "b"}))
