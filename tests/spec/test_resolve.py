"""References are put in place, cycles are kept, and nothing grows without end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payproof.errors import SpecError
from payproof.spec import Spec, load, loads

HEAD = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}


def resolved(**parts: object) -> dict[str, object]:
    return loads(json.dumps({**HEAD, **parts}).encode(), "a.json").resolved


def test_a_reference_is_replaced_by_what_it_means() -> None:
    made = resolved(components={"schemas": {"A": {"type": "string"}}}, x={"$ref": "#/components/schemas/A"})
    assert made["x"] == {"type": "string"}


def test_escaped_and_encoded_pointers_are_followed() -> None:
    made = resolved(**{"x-a": {"b/c~d {e}": {"type": "null"}}, "y": {"$ref": "#/x-a/b~1c~0d%20%7Be%7D"}})
    assert made["y"] == {"type": "null"}


def test_a_pointer_may_lead_through_another_reference_and_a_list() -> None:
    made = resolved(a={"$ref": "#/b"}, b={"list": [{"type": "null"}]}, c={"$ref": "#/a/list/0"})
    assert made["c"] == {"type": "null"}


def test_a_description_beside_a_reference_wins_and_a_limit_is_added() -> None:
    made = resolved(
        a={"type": "string", "description": "old"},
        b={"$ref": "#/a", "description": "new"},
        c={"$ref": "#/a", "maxLength": 3, "description": "new"},
    )
    assert made["b"] == {"type": "string", "description": "new"}
    assert made["c"] == {
        "maxLength": 3,
        "description": "new",
        "allOf": [{"type": "string", "description": "old"}],
    }


def test_what_looks_like_a_reference_in_an_example_is_none() -> None:
    example = {"$ref": "#/nowhere"}
    rows = {"example": example, "const": example, "examples": [example]}
    made = resolved(a={**rows, "properties": {"example": {"$ref": "#/b"}}}, b={})
    assert made["a"] == {
        "example": example,
        "const": example,
        "examples": [example],
        "properties": {"example": {}},
    }


def test_a_property_named_ref_is_a_property() -> None:
    made = resolved(a={"properties": {"$ref": {"type": "string"}}})
    assert made["a"] == {"properties": {"$ref": {"type": "string"}}}


def test_a_cycle_keeps_its_reference(shop: Spec) -> None:
    order = shop.resolved["components"]["schemas"]["Order"]
    assert order["properties"]["children"]["items"] == {"$ref": "#/components/schemas/Order"}


def test_a_cycle_in_another_file_leads_into_the_resolved_document(shop: Spec) -> None:
    schema = shop.operations["listOrders"].responses["4XX"]["content"]["application/json"]["schema"]
    kept = schema["properties"]["error"]["oneOf"][1]["properties"]["cause"]["$ref"]
    assert kept == "#/x-files/errors.yaml/Error"
    assert shop.resolved["x-files"]["errors.yaml"]["Error"]["required"] == ["error"]


OUTSIDE = [
    "../secret.yaml", "/etc/passwd", "sub/../../secret.yaml", "%2e%2e/secret.yaml", "file:secret.yaml",
    "//host/a.yaml", "link.yaml", "notes.txt", "..\\secret.yaml", "a%00.yaml",
]  # fmt: skip


@pytest.mark.parametrize("file", OUTSIDE)
def test_no_reference_leaves_the_folder(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.yaml").write_text("a: 1")
    folder = tmp_path / "spec"
    (folder / "sub").mkdir(parents=True)
    (folder / "notes.txt").write_text("a: 1")
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "openapi.json").write_text(json.dumps({**HEAD, "x": {"$ref": f"{file}#/a"}}))
    with pytest.raises(SpecError, match=r"cannot be followed|cannot be read"):
        load(folder).resolved  # noqa: B018


def test_a_chain_of_references_has_an_end() -> None:
    rows = {f"a{n}": {"x": {"$ref": f"#/a{n + 1}"}} for n in range(400)}
    with pytest.raises(SpecError, match="deeper than 150"):
        resolved(**rows, a400={})
    backwards = {f"a{n}": {"x": {"$ref": f"#/a{n - 1}"}} for n in range(1, 400)}
    with pytest.raises(SpecError, match="deeper than 150"):
        resolved(a0={}, **backwards)


def test_references_that_stand_for_too_much_are_refused() -> None:
    rows = {f"a{n}": {f"x{k}": {"$ref": f"#/a{n - 1}"} for k in range(10)} for n in range(1, 9)}
    with pytest.raises(SpecError, match="more than 2000000 values"):
        resolved(a0={}, **rows)


def test_a_reference_to_itself_alone_is_kept() -> None:
    assert resolved(a={"$ref": "#/a"})["a"] == {"$ref": "#/a"}
    with pytest.raises(SpecError, match=r"without end|nothing at"):
        resolved(a={"$ref": "#/b/x"}, b={"$ref": "#/a/x"})


NAMES = st.sampled_from(["a", "b", "c"])
REFERENCES = st.builds(
    lambda name, rest: {"$ref": f"#/{name}{rest}"}, NAMES, st.sampled_from(["", "/x", "/x/y", "/0"])
)
GRAPHS = st.dictionaries(
    NAMES,
    st.recursive(
        REFERENCES | st.just({}),
        lambda inner: st.dictionaries(st.sampled_from(["x", "y"]), inner) | st.lists(inner, max_size=3),
    ),
)


@settings(max_examples=300, deadline=None)
@given(GRAPHS)
def test_any_graph_of_references_is_resolved_or_refused(graph: dict[str, object]) -> None:
    try:
        json.dumps(resolved(**graph))
    except SpecError:
        pass
