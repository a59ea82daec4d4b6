"""A document becomes operations; what does not hold together is refused with file and line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from payproof.errors import SpecError
from payproof.spec import Spec, load, loads

SHOP = Path(__file__).parent / "fixtures" / "shop"
HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


def test_a_folder_and_its_document_give_the_same_spec(shop: Spec) -> None:
    assert load(SHOP / "openapi.yaml").resolved == shop.resolved
    assert (shop.name, shop.version, shop.path) == ("shop", "1.2.3", SHOP / "openapi.yaml")


def test_operations_and_webhooks_come_in_the_documents_order(shop: Spec) -> None:
    assert list(shop.operations) == ["listOrders", "makeOrder", "getOrder", "latestOrder", "getFile"]
    assert list(shop.webhooks) == ["orderPaid"]
    assert (shop.webhooks["orderPaid"].kind, shop.webhooks["orderPaid"].id) == ("webhook", "orderPaid")


def test_an_operation_has_what_its_path_and_document_say(shop: Spec) -> None:
    one = shop.operations["getOrder"]
    assert [(p.name, p.where, p.required) for p in one.parameters] == [("order_id", "path", True)]
    assert (one.method, one.path, one.base_paths) == ("GET", "/orders/{order_id}", ("/v1", "/api/v1"))
    assert one.security == [{"Token": []}]
    assert not one.is_write
    assert shop.operations["makeOrder"].is_write
    assert shop.operations["makeOrder"].signing == {"request": {"scheme": "shop.request", "required": True}}
    assert shop.operations["getFile"].base_paths == ("",)


def test_servers_have_their_variables_filled(shop: Spec) -> None:
    assert [(one.url, one.environment) for one in shop.servers] == [
        ("https://api.shop.example/v1", "live"),
        ("https://sandbox.shop.example/api/v1/", "sandbox"),
    ]


def test_switches_have_settings_and_a_default(shop: Spec) -> None:
    one = shop.switches["refund-body"]
    assert (one.default, list(one.settings), one.evidence) == ("json", ["json", "form"], "unknown")


def test_a_pointer_has_its_line_also_behind_a_reference(shop: Spec) -> None:
    lines = SHOP.joinpath("openapi.yaml").read_text().splitlines()
    pointer = (
        "/paths/~1orders~1{order_id}/get/responses/200/content/application~1json/schema/properties/amount"
    )
    assert "amount: {type: number, minimum: 0}" in lines[shop.line_of(pointer) - 1]
    behind = "/paths/~1orders/get/responses/4XX/content/application~1json/schema/properties/error"
    assert shop.where(behind) == f"{SHOP / 'errors.yaml'}:5"


def everything(document: bytes) -> object:
    """Read all that a document has."""
    spec = loads(document, "some.yaml")
    return spec.resolved, spec.operations, spec.switches


BROKEN = {
    "a list": ("- 1", 1, "mapping"),
    "nothing": ("", 1, "mapping"),
    "another version": ("openapi: 3.0.3", 1, "no OpenAPI 3.1"),
    "another dialect": (HEAD + "jsonSchemaDialect: http://json-schema.org/draft-07/schema#", 3, "dialect"),
    "a path without a slash": (HEAD + "paths:\n  pay: {}", 4, "begin with /"),
    "an id used twice": (
        HEAD + "paths:\n  /a:\n    get: {operationId: x}\n  /b:\n    get: {operationId: x}",
        7,
        "used twice",
    ),
    "an operation that is a list": (HEAD + "paths:\n  /a:\n    get: []", 5, "no mapping"),
    "a parameter without a place": (
        HEAD + "paths:\n  /a:\n    get:\n      parameters: [{name: x}]",
        6,
        "needs a name",
    ),
    "a dead reference": (HEAD + "x:\n  $ref: '#/y'", 4, "nothing at /y"),
    "a remote reference": (HEAD + "x: {$ref: 'https://evil.example/a.yaml#/x'}", 3, "own folder"),
    "an anchor": (HEAD + "x: {$ref: '#here'}", 3, "JSON pointer"),
    "an id of a schema": (HEAD + "x: {$id: 'https://evil.example/'}", 3, "$id is not supported"),
    "a switch without its default": (
        HEAD + "x-switches:\n  a:\n    settings: {b: {}}\n    default: c",
        4,
        "default",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_document_is_refused_with_its_line(case: str) -> None:
    text, line, why = BROKEN[case]
    with pytest.raises(SpecError) as error:
        everything(text.encode())
    assert why in error.value.what
    assert error.value.where == f"some.yaml:{line}"


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        load(tmp_path)


def test_a_json_document_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "2"}}))
    assert load(tmp_path).version == "2"


def test_the_cache_gives_the_same_spec_without_yaml(tmp_path: Path, shop: Spec) -> None:
    load(SHOP, cache=tmp_path).resolved  # noqa: B018
    assert len(list(tmp_path.iterdir())) == 2
    code = (
        "import sys; from pathlib import Path; from payproof.spec import load;"
        f"spec = load(Path({str(SHOP)!r}), cache=Path({str(tmp_path)!r})); spec.resolved;"
        "sys.exit('yaml' in sys.modules or 'jsonschema' in sys.modules or 'jsonschema_rs' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    cached = load(SHOP, cache=tmp_path)
    assert cached.resolved == shop.resolved
    assert cached.where("/paths/~1orders/post") == shop.where("/paths/~1orders/post")


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_broken_cache_is_read_around(tmp_path: Path, rubbish: bytes, shop: Spec) -> None:
    load(SHOP, cache=tmp_path)
    for path in tmp_path.iterdir():
        path.write_bytes(rubbish)
    assert load(SHOP, cache=tmp_path).document == shop.document


def test_an_impossible_cache_folder_costs_nothing_but_time(tmp_path: Path, shop: Spec) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert load(SHOP, cache=tmp_path / "file" / "cache").document == shop.document


def test_the_cache_does_not_grow_without_end(tmp_path: Path) -> None:
    for number in range(80):
        path = tmp_path / f"{number}.yaml"
        path.write_text(f"{HEAD}x: {number}")
        load(path, cache=tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) <= 64
