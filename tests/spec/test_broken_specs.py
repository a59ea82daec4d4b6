"""A spec of any shape is used or refused with SpecError, by every part of the reader and by lint."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from payproof.errors import SpecError
from payproof.files import read_yaml
from payproof.model import Message
from payproof.spec import loads, match, validate
from payproof.spec.lint import lint

SHOP = Path(__file__).parent / "fixtures" / "shop"
TEXT = (SHOP / "openapi.yaml").read_text().replace("errors.yaml#/Error", "'#/components/schemas/Error'")
DOCUMENT: dict[str, Any] = read_yaml(TEXT.encode()).data
ERROR = json.dumps(read_yaml(SHOP / "errors.yaml").data["Error"])
DOCUMENT["components"]["schemas"]["Error"] = json.loads(
    ERROR.replace("#/Error", "#/components/schemas/Error")
)
OTHERS: list[Any] = [
    None, True, False, 0, -1, 1.5, "", "x", "(", "object", [], [None], [5], ["x"], [[]], [{}], {}, {"": {}},
    {"x": None}, {"x": 5}, {"x": []}, {"$ref": "#/components/schemas/Order"}, {"$ref": "#"}, {"$ref": ""},
    {"$ref": "#/paths"}, {"$ref": 5}, {"type": 5}, {"type": "array", "items": 5}, {"allOf": 5},
    {"properties": []}, {"required": 5},
]  # fmt: skip
BODY = json.dumps({"id": "x", "amount": "1", "status": 5, "children": [{}], "error": {"code": 1}}).encode()
KINDS = ("application/json", "application/x-www-form-urlencoded", "")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the path of every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [one for key, item in inner for one in ((*path, key), *places(item, (*path, key)))]


PLACES = places(DOCUMENT)


def use(document: bytes) -> None:
    """Do everything that can be done with a spec."""
    spec = loads(document)
    lint(spec)
    spec.servers, spec.version, spec.switches, spec.schemes, spec.profiles, spec.life_cycles  # noqa: B018
    for one in spec.every_operation():
        for kind in KINDS:
            request = Message(
                one.method, "/v1/orders/07?page=x&open=2&tag=1", (("content-type", kind),), BODY
            )
            match(spec, request)
            validate.request(spec, one, request)
            for status in (200, 204, 422):
                answer = Message(status=status, headers=(("content-type", kind), ("x-total", "y")), body=BODY)
                validate.response(spec, one, answer)


def test_the_unchanged_document_can_be_used() -> None:
    use(json.dumps(DOCUMENT).encode())


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(OTHERS)), min_size=1, max_size=3))
def test_a_changed_document_is_used_or_refused(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    for path, new in changes:
        place = document
        for step in path[:-1]:
            inside = isinstance(place, dict) and step in place
            inside = inside or (isinstance(place, list) and isinstance(step, int) and step < len(place))
            place = place[step] if inside else None
        if isinstance(place, dict):
            # A copy: one change may stand within another, and the list of them stays as it is.
            place[path[-1]] = copy.deepcopy(new)
    try:
        use(json.dumps(document).encode())
    except SpecError as error:
        assert error.where  # noqa: PT017
