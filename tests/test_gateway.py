"""Gateways are found by folders alone, and never outside their roots."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from payproof.errors import UsageError
from payproof.gateway import load, names

OPENAPI = Path(__file__).parents[1] / "openapi"

BEHAVIOURS = """
from .words import GREETING
from payproof.simulator.protocol import Answer, Standard


def create(spec):
    return Tiny(spec)


class Tiny(Standard):
    def prepare(self, world):
        world.table("things")["1"] = {}

    def answer(self, call):
        return Answer(200, {"said": GREETING, "id": call.path["id"]})

    def refuse(self, refusal, world):
        return Answer(400, {"error": refusal.reason}, invented="all of it")

    def happen(self, name, facts, world):
        return name
"""
SPEC = """
openapi: 3.1.0
info: {title: Tiny, version: "1"}
servers: [{url: "https://tiny.example/api"}]
paths:
  /things/{id}:
    get:
      operationId: getThing
      summary: Give a thing.
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: The thing., content: {application/json: {schema: {type: object}}}}
components: {}
"""
TESTBED = """
x-testbed: 1
gateway: tiny
test_keys: true
merchants: {main: {merchant_id: m1}}
roles: {}
switches: {}
events: {}
state: {}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    openapi, code = tmp_path / "openapi" / "tiny", tmp_path / "gateways" / "tiny"
    openapi.mkdir(parents=True)
    code.mkdir(parents=True)
    (openapi / "openapi.yaml").write_text(SPEC)
    (openapi / "testbed.yaml").write_text(TESTBED)
    (code / "behaviours.py").write_text(BEHAVIOURS)
    (code / "words.py").write_text('GREETING = "hello"\n')
    return tmp_path


def test_the_projects_own_gateways_are_found() -> None:
    assert "paykun" in names()
    found = load("paykun")
    assert (found.name, found.spec.name, found.testbed.gateway) == ("paykun", "paykun", "paykun")


def test_a_gateway_by_folders_alone_has_a_sandbox(root: Path) -> None:
    from payproof.model import Message

    assert "tiny" in names([root])
    reply = load("tiny", [root]).simulator().handle(Message("GET", "/api/things/7"), 0.0)
    assert isinstance(reply, Message)
    assert (reply.status, reply.body) == (200, b'{"said":"hello","id":"7"}')


def test_a_gateway_without_behaviours_loads_and_says_that_it_has_no_sandbox(root: Path) -> None:
    shutil.rmtree(root / "gateways")
    found = load("tiny", [root])
    with pytest.raises(UsageError, match="no sandbox"):
        found.simulator()


def test_behaviours_without_create_are_refused(root: Path) -> None:
    (root / "gateways" / "tiny" / "behaviours.py").write_text("x = 1\n")
    with pytest.raises(UsageError, match="create"):
        load("tiny", [root])


def test_an_unknown_gateway_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        load("nonsense")
    assert "paykun" in caught.value.hint


@pytest.mark.parametrize("name", ["", "../paykun", "PayKun", "a/b", "a b", ".", "paykun\n", "x" * 65])
def test_a_name_that_could_leave_its_root_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no gateway's name"):
        load(name)


def test_a_link_out_of_the_root_is_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    shutil.move(root / "openapi" / "tiny", outside / "tiny")
    (root / "openapi" / "tiny").symlink_to(outside / "tiny")
    with pytest.raises(UsageError, match="no gateway 'tiny'"):
        load("tiny", [root])
