"""Schemes as the spec writes them become recipes, and what does not hold together is refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.signing.schemes import SCHEMES

from payproof.errors import SpecError, UsageError
from payproof.signing import Envelope, Recipe, load_scheme, scheme_for
from payproof.signing.dimensions import ALL_LEVELS
from payproof.signing.recipe import Join, KeyUse
from payproof.signing.source import PartRef, Source
from payproof.spec import Switch

KEY = {"key": {"role": "k"}}


def read(**dimensions: Any) -> Recipe:
    scheme = {
        "kind": "signature",
        **KEY,
        **{name.replace("_", "-"): value for name, value in dimensions.items()},
    }
    found = load_scheme({"x.y": scheme}, "x.y")
    assert isinstance(found, Recipe)
    return found


@pytest.mark.parametrize(
    ("dimension", "value", "field", "expected"),
    [
        ("source", "query", "source", Source("query")),
        ("source", {"body": "/a/b"}, "source", Source("body", "/a/b")),
        ("source", {"query": "", "decoded": False}, "source", Source("query", decoded=False)),
        ("parts", {"list": ["body", {"header": "h"}]}, "parts", (PartRef("body"), PartRef("header", "h"))),
        ("order", {"table": ["b", "a"]}, "order_table", ("b", "a")),
        ("order", {"by": "bytes", "x-evidence": "inferred"}, "order", "bytes"),
        ("join", "none", "join", Join()),
        ("join", {"after": "|", "end": "#"}, "join", Join("|", "", "#")),
        ("nesting", "recursive", "depth", ALL_LEVELS),
        ("nesting", {"depth": "all"}, "depth", ALL_LEVELS),
        ("nesting", "php-array", "beyond", "php-array"),
        ("scalars", "php", "scalars", "php"),
        ("scalars", {"preset": "php", "null": "x"}, "scalar_texts", (("null", "x"),)),
        ("exclude", ["a", "b"], "excluded", ("a", "b")),
        ("exclude", {"only": ["a"]}, "included", ("a",)),
        ("exclude", {"drop": "empty"}, "drop", "empty"),
        ("edits", ["trim-values"], "edits", ("trim-values",)),
        ("charset", "latin-1", "charset", "latin-1"),
        ("prefix", "v1,", "prefix", "v1,"),
    ],
)
def test_each_dimension_is_read(dimension: str, value: object, field: str, expected: object) -> None:
    assert getattr(read(**{dimension: value}), field) == expected


def test_evidence_is_kept_by_dimension_and_changes_nothing() -> None:
    marked = read(scalars={"preset": "php", "x-evidence": "unknown"})
    assert marked.evidence == {"scheme": "unknown", "scalars": "unknown"}
    assert marked == read(scalars="php")


@pytest.mark.parametrize(
    ("dimension", "value"),
    [
        ("source", "cookie"),
        ("source", {"body": "", "query": ""}),
        ("parts", "all"),
        ("parts", {"list": []}),
        ("parts", [{"cookie": "x"}]),
        ("order", "alphabetic"),
        ("join", {"before": "x"}),
        ("nesting", {"depth": "x"}),
        ("nesting", {"levels": 1}),
        ("scalars", "cobol"),
        ("scalars", {"nil": "x"}),
        ("exclude", {"drop": "some"}),
        ("exclude", {"names": 1.5}),
        ("edits", ["shuffle"]),
        ("edits", 5),
        ("charset", "ebcdic"),
        ("escaping", {"choice": "rot13"}),
        ("accept", {"any": True}),
        ("accept", {"freshness": {"tolerance_s": "x"}}),
        ("accept", 5),
        ("carry", {"cookie": "x"}),
        ("carry", "signature"),
        ("digest", "sha0"),
        ("text", "base32"),
        ("key", {"form": "text"}),
        ("key", {"role": "a", "field": "b"}),
        ("key", {"role": "a", "form": "x"}),
        ("rounds", "two"),
        ("rounds", [5]),
        ("body-text", "pretty"),
        ("body-text", {"base64": "loose"}),
        ("body-text", {"json": {"indent": 2}}),
        ("body-text", {"json": {"separators": "wide"}}),
        ("body-text", {"json": {"keys": []}}),
        ("sorting", "bytes"),
    ],
)
def test_what_does_not_hold_together_is_refused_with_scheme_and_dimension(
    dimension: str, value: object
) -> None:
    with pytest.raises(SpecError) as caught:
        read(**{dimension: value})
    assert "x.y" in caught.value.where
    assert caught.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"json": "pretty"},
        {"cipher": "des"},
        {"serialise": "java"},
        {"mac": {"digest": "x"}},
        {"mac": {"over": 5}},
        {"key": 7},
    ],
)
def test_an_envelope_that_does_not_hold_together_is_refused(changes: Mapping[str, Any]) -> None:
    with pytest.raises(SpecError) as caught:
        load_scheme(SCHEMES, "paykun.checkout", overrides=changes)
    assert "paykun.checkout" in caught.value.where


def test_an_unknown_scheme_lists_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        load_scheme(SCHEMES, "paykun.none")
    assert "paykun.request" in caught.value.hint


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(SpecError) as caught:
        read(order="byte")
    assert "did you mean 'bytes'?" in caught.value.hint


class Spec:
    """What `scheme_for` reads of a spec."""

    schemes = SCHEMES
    switches = {
        "scalars": Switch(
            "scalars",
            "",
            {"php": {}, "js": {"recipe": {"paykun.request": {"scalars": "javascript"}}}},
            "php",
        ),
        "coding": Switch(
            "coding",
            "",
            {
                "as-decoded": {},
                "as-sent": {"recipe": {"paykun.request": {"source": {"body": "", "decoded": False}}}},
            },
            "as-decoded",
        ),
    }


class Operation:
    """What `scheme_for` reads of an operation."""

    def __init__(self, **signing: Any) -> None:
        self.signing = signing


def test_an_operation_says_where_the_fields_are_and_where_the_signature_travels() -> None:
    operation = Operation(request={"scheme": "paykun.request", "source": "query", "carry": {"query": "sig"}})
    recipe = scheme_for(Spec, operation, "request")
    assert isinstance(recipe, Recipe)
    assert (recipe.source, recipe.carry.name) == (Source("query"), "sig")
    assert scheme_for(Spec, operation, "response") is None


def test_a_switch_changes_the_scheme_but_not_where_the_operation_takes_its_fields_from() -> None:
    operation = Operation(request={"scheme": "paykun.request", "source": "query"})
    chosen = scheme_for(Spec, operation, "request", {"scalars": "js", "coding": "as-sent"})
    default = scheme_for(Spec, operation, "webhook")
    assert isinstance(chosen, Recipe)
    assert isinstance(default, Recipe)
    assert (chosen.scalars, chosen.source) == ("javascript", Source("query", decoded=False))
    assert (default.scalars, default.source) == ("php", Source("query"))


def test_rounds_have_their_keys_in_order() -> None:
    recipe = load_scheme(SCHEMES, "paykun.mobile")
    assert isinstance(recipe, Recipe)
    assert [step.key for step in recipe.rounds] == [KeyUse(field="timestamp"), KeyUse("access_token")]


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_the_documents_write_each_scheme_as_these_tests_do(
    name: str, documented_schemes: Mapping[str, Any]
) -> None:
    ours, theirs = load_scheme(SCHEMES, name), load_scheme(documented_schemes, name)
    assert type(theirs) is type(ours)
    if isinstance(ours, Envelope):
        assert theirs == ours
        return
    same = ("source", "parts", "order", "join", "rounds", "prefix", "carry", "body_text")
    assert [getattr(theirs, field) for field in same] == [getattr(ours, field) for field in same]
