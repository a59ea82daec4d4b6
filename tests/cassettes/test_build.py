"""The documented examples as a cassette, and the cassettes that are kept with the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from payproof import gateway
from payproof.cassettes.build import documentation
from payproof.cassettes.journal import export_yaml
from payproof.cassettes.lint import LintContext, lint
from payproof.cassettes.read import Facts, read, read_all, recordings
from payproof.cassettes.replay import Played, Replay
from payproof.model import Severity
from payproof.spec import loads

ROOT = Path(__file__).parents[2]
SPEC = b"""
openapi: 3.1.0
info: {title: t, version: "1"}
servers: [{url: "https://g.example/v2"}]
paths:
  /items/{id}:
    get:
      operationId: getItem
      security: [{Token: []}]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}, example: a/b}
        - {name: page, in: query, required: true, schema: {type: integer, minimum: 1}, example: 2}
      responses:
        "200":
          description: d
          content:
            application/json: {schema: {type: object}, examples: {one: {value: {x: 1}}, two: {value: {}}}}
        "404": {description: d, content: {application/json: {schema: {type: object}, example: {error: none}}}}
    put:
      operationId: putItem
      parameters: [{name: id, in: path, required: true, schema: {type: string}, example: c}]
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {type: object}, example: {a: x y, b: 1}}
          application/json: {schema: {type: object}, example: {a: 1}}
      responses: {"204": {description: nothing}}
webhooks:
  itemChanged:
    post:
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [b]}
            examples: {it: {value: {a: 1}, x-violates: {keyword: required, pointer: /b}}}
      responses: {"200": {description: d}}
components:
  securitySchemes: {Token: {type: http, scheme: bearer, x-key: token}}
"""


def test_every_example_is_an_entry_of_the_document() -> None:
    rows = list(documentation(loads(SPEC), {"token": "T"}))
    assert [(one.operation, one.response.status if one.response else 0) for one in rows] == [
        ("getItem", 200),
        ("getItem", 200),
        ("getItem", 404),
        ("putItem", 204),
        ("putItem", 204),
        ("itemChanged", 200),
    ]
    assert rows[0].request.target == "https://g.example/v2/items/a%2Fb?page=2"
    assert rows[0].request.header("Authorization") == "Bearer T"
    assert [one.request.body for one in rows[3:5]] == [b"a=x+y&b=1", b'{"a":1}']
    assert rows[5].tags["violates"] == [["required", "/b"]]
    assert {one.provenance for one in rows} == {"documentation"}


def test_what_an_example_is_said_to_break_is_no_finding() -> None:
    spec = loads(SPEC)
    row = list(documentation(spec, {"token": "T"}))[5]
    assert [one.rule for one in lint(LintContext(spec, {"token": "T"}), [row])] == []


@pytest.mark.parametrize("name", gateway.names())
def test_building_twice_gives_the_same_text(name: str) -> None:
    chosen = gateway.load(name)
    texts = {
        export_yaml(list(documentation(chosen.spec, chosen.testbed.merchants["main"])), {}) for _ in (1, 2)
    }
    assert len(texts) == 1


@pytest.mark.parametrize("name", gateway.names())
def test_the_kept_cassettes_are_what_is_built(name: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "build_cassettes.py"), "--check", name],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", gateway.names())
def test_the_kept_cassettes_are_without_fault(name: str) -> None:
    chosen = gateway.load(name)
    files = recordings(ROOT / "cassettes" / name)
    assert files
    for file in files:
        facts = Facts()
        assert list(read(file, facts=facts))
        assert facts.header is not None
        assert facts.header["payproof"]["spec"] == chosen.spec.version
    context = LintContext(chosen.spec, chosen.testbed.merchants["main"])
    assert [one for one in lint(context, read_all(files)) if one.severity == Severity.ERROR] == []


@pytest.mark.parametrize("name", gateway.names())
def test_the_kept_flows_replay(name: str) -> None:
    chosen = gateway.load(name)
    for file in recordings(ROOT / "cassettes" / name):
        rows = [row for row in read(file) if row.operation not in chosen.spec.webhooks and row.response]
        replay = Replay(rows, chosen.spec, at_end="error")
        for row in rows:
            found = replay.play(row.request)
            assert isinstance(found, Played), str(found)
            if file.name.startswith("flow-"):
                assert found.interaction.source == row.source
