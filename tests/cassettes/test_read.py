"""Every format gives the same interactions, with their place."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.cassettes.recordings import BODY, cassettes, pair, vcr_text

from payproof.cassettes.read import Facts, read, read_all
from payproof.cassettes.sources import cassette_path
from payproof.errors import UnreadableInput, UsageError

SCHEMATHESIS = """command: 'st run x'
recorded_with: 'Schemathesis 4.32.5'
seed: 1
http_interactions:
- id: 'a'
  status: 'SUCCESS'
  recorded_at: '2026-11-21T02:55:54.988707+00:00'
  checks: []
  request:
    uri: 'http://127.0.0.1/a/1'
    method: 'POST'
    headers:
      "Content-Type":
      - "application/json"

    body:
      encoding: 'utf-8'
      base64_string: 'e30='
  response:
    status:
      code: '200'
      message: "OK"
    elapsed: '0.5'
    headers:
      "server":
      - "x"

    body:
      encoding: 'utf-8'
      string: "{\\"a\\": 1}"
    http_version: '1.0'
- id: 'b'
  recorded_at: '2026-11-21T02:55:55+00:00'
  request:
    uri: 'http://127.0.0.1/a/2'
    method: 'GET'
    headers:

  response: null
"""
SCENARIO = {
    "ScenarioFinished": {
        "id": "x",
        "recorder": {
            "label": "POST /a",
            "interactions": {
                "k1": {
                    "request": {
                        "method": "POST",
                        "uri": "http://h/a",
                        "headers": {"A": ["1"]},
                        "body": {"$base64": "e30="},
                    },
                    "response": {
                        "status_code": 201,
                        "headers": {"b": ["2", "3"]},
                        "content": {"$base64": "eyJhIjogMX0="},
                        "elapsed": 0.25,
                    },
                    "timestamp": 1795229754.5,
                },
                "k2": {
                    "request": {"method": "GET", "uri": "http://h/b", "headers": {}},
                    "timestamp": 1795229755,
                },
            },
        },
    }
}
HAR = {
    "log": {
        "version": "1.2",
        "creator": {"name": "x", "version": "1"},
        "pages": [],
        "entries": [
            {
                "startedDateTime": "2026-11-21T02:55:54.500Z",
                "time": 250,
                "request": {
                    "method": "post",
                    "url": "https://h/a?b=1",
                    "headers": [{"name": ":path", "value": "/a"}, {"name": "X", "value": "1"}],
                    "postData": {"mimeType": "application/json", "text": "{}"},
                },
                "response": {
                    "status": 200,
                    "headers": [{"name": "Content-Encoding", "value": "br"}],
                    "content": {
                        "size": 2,
                        "text": base64.b64encode(b"{\xc3\xa9}").decode(),
                        "encoding": "base64",
                    },
                },
            },
            {"request": {"method": "GET", "url": "https://h/b"}, "response": {"status": 0}},
        ],
    }
}


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_vcrpy_writes_is_read(tmp_path: Path, form: str) -> None:
    rows = (
        [pair(1), pair(2, sent="x=1&y=2", body=b"\xff\x00"), pair(3, sent=b"")]
        if form == "yaml"
        else [pair(1)]
    )
    facts = Facts()
    path = written(tmp_path, f"c.{form}", vcr_text(rows, form=form, metadata={"who": "me"}))
    found = list(read(path, facts=facts))
    assert [one.source for one in found] == [f"{path}:{n}" for n in range(1, len(rows) + 1)]
    assert found[0].request.target == "https://api.example/v1/item/1?a=1"
    assert found[0].request.body == b""
    assert found[0].response is not None
    assert found[0].response.body.decode() == BODY
    assert found[0].response.header_values("set-cookie") == ["a=1", "b=2"]
    assert (facts.form, facts.header) == ("vcr", {"who": "me"})
    if form == "yaml":
        assert found[1].request.body == b"x=1&y=2"
        assert found[1].response is not None
        assert found[1].response.body == b"\xff\x00"
        assert next(one.tags["line"] for one in found) == 2


@settings(max_examples=100, deadline=None)
@given(cassettes())
def test_bodies_of_any_content_come_back_as_vcrpy_replays_them(tmp_path_factory: Any, rows: Any) -> None:
    path = tmp_path_factory.mktemp("c") / "c.yaml"
    path.write_text(vcr_text(rows), encoding="utf-8")
    found = list(read(path))
    assert [one.request.body for one in found] == [row[0].body or b"" for row in rows]
    bodies = [one.response.body for one in found if one.response]
    assert bodies == [
        (text.encode() if isinstance(text := row[1]["body"]["string"], str) else text) for row in rows
    ]


def test_schemathesis_vcr_reports_are_read(tmp_path: Path) -> None:
    first, second = read(written(tmp_path, "s.yaml", SCHEMATHESIS))
    assert (first.request.body, first.elapsed_s, int(first.started_s)) == (b"{}", 0.5, 1795229754)
    assert first.response is not None
    assert (first.response.status, first.response.body) == (200, b'{"a": 1}')
    assert (second.response, second.failure, second.request.headers) == (None, "no-response", ())


def test_schemathesis_ndjson_reports_are_read(tmp_path: Path) -> None:
    text = '{"Initialize":{"command":"st"}}\n{"PhaseStarted":{}}\n' + json.dumps(
        SCENARIO, separators=(",", ":")
    )
    first, second = read(written(tmp_path, "s.ndjson", text + "\n"))
    assert first.response is not None
    assert (first.response.body, first.response.headers) == (b'{"a": 1}', (("b", "2"), ("b", "3")))
    assert (first.tags["name"], first.tags["line"], second.failure) == ("k1", 3, "no-response")


@pytest.mark.parametrize("indent", [None, 2])
def test_har_files_are_read(tmp_path: Path, indent: int | None) -> None:
    first, second = read(written(tmp_path, "s.har", json.dumps(HAR, indent=indent)))
    assert (first.request.method, first.request.headers, first.request.body) == ("POST", (("X", "1"),), b"{}")
    assert first.response is not None
    assert first.response.body == "{é}".encode()
    assert first.response.header("content-encoding") is None
    assert (first.elapsed_s, first.started_s) == (0.25, 1795229754.5)
    assert second.failure == "no-response"


def test_a_compressed_file_is_read_by_its_content(tmp_path: Path) -> None:
    path = written(tmp_path, "c.yaml.gz", gzip.compress(vcr_text([pair(1), pair(2)]).encode()))
    assert len(list(read(path))) == 2


def test_a_compressed_body_is_unpacked(tmp_path: Path) -> None:
    request, response = pair(1, body=gzip.compress(BODY.encode()))
    response["headers"] |= {"Content-Encoding": ["gzip"], "Content-Length": ["99"]}
    (found,) = read(written(tmp_path, "c.yaml", vcr_text([(request, response)])))
    assert found.response is not None
    assert found.response.body.decode() == BODY
    assert found.response.header("content-length") == str(len(BODY))


def test_a_body_that_would_grow_too_large_stays_packed(tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * 20_000_000, mtime=0)
    request, response = pair(1, body=bomb)
    response["headers"]["Content-Encoding"] = ["gzip"]
    (found,) = read(written(tmp_path, "c.yaml", vcr_text([(request, response)])))
    assert found.response is not None
    assert found.response.body == bomb


def test_folders_are_read_in_order_of_names(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml", ".hidden.yaml", "readme.txt"):
        written(tmp_path, name, vcr_text([pair(1)]))
    assert [Path(one.source).name for one in read_all([tmp_path])] == ["a.yaml:1", "b.yaml:1"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = written(tmp_path, "outside.yaml", vcr_text([pair(1)]))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.yaml").symlink_to(outside)
    assert list(read_all([tmp_path / "in"])) == []


@pytest.mark.parametrize("name", ["../x", "a/b", "A", "", "a" * 101, "x.yaml", "..", "a\0"])
def test_names_that_could_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        cassette_path(tmp_path, name, ".yaml")


@pytest.mark.parametrize(
    ("name", "text", "why", "where"),
    [
        ("a.yaml", "interactions:\n- response: {}\n", "the request is missing", "a.yaml:2 (entry 1)"),
        ("a.yaml", "interactions:\n- request: {uri: x}\n", "no method", "a.yaml:2 (entry 1)"),
        (
            "a.yaml",
            "interactions:\n- {request: {uri: x, method: A}, response: {status: x}}\n",
            "no status",
            "a.yaml:2 (entry 1)",
        ),
        (
            "a.yaml",
            "interactions:\n- {request: {uri: x, method: GET, headers: [1]}}\n",
            "headers",
            "a.yaml:2 (entry 1)",
        ),
        ("a.yaml", "interactions: 3\n", "no list", "a.yaml:1"),
        ("a.yaml", "other: 3\n", "no recorded interactions", "a.yaml"),
        ("a.json", '{"interactions": [{"request"', "not JSON", "a.json:1 (entry 1)"),
        (
            "a.json",
            '{"interactions": [\n{"request": {"method": "GET", "uri": "u"}},\n{]',
            "not JSON",
            "a.json:3 (entry 2)",
        ),
        ("a.json", '{"interactions": []} x', "goes on", "a.json:1"),
        ("a.json", '{"interactions": [', "", "a.json:1 (entry 1)"),
        ("a.json", '{"interactions": [NaN]}', "not JSON", "a.json:1 (entry 1)"),
        ("a.json", b'{"interactions": ["\xff"]}', "not UTF-8", "a.json:1"),
        ("a.json", '{"interactions": [' + "[" * 200_000, "", "a.json:1 (entry 1)"),
        ("a.ndjson", '{"payproof-cassette":2}\n', "another version", "a.ndjson:1"),
        ("a.ndjson", '{"payproof-cassette":1}\nnonsense\n{}\n', "cannot be read", "a.ndjson:2"),
        ("a.ndjson", '{"payproof-cassette":1}\n[]\n', "the entry is missing", "a.ndjson:2 (entry 1)"),
        ("a.ndjson", '{"Initialize":{}}\n{"ScenarioFinished"\n', "cannot be read", "a.ndjson:2"),
        ("a.gz", gzip.compress(b"# a long remark\n" * 100_000, mtime=0)[:200], "ends too early", "a.gz"),
        ("a.gz", b"\x1f\x8b" + b"\x00" * 50, "is damaged", "a.gz"),
    ],
)
def test_an_error_names_file_line_and_entry(
    tmp_path: Path, name: str, text: str | bytes, why: str, where: str
) -> None:
    with pytest.raises(UnreadableInput) as caught:
        list(read(written(tmp_path, name, text)))
    assert why in caught.value.what
    assert caught.value.where == f"{tmp_path}/{where}"


def test_a_file_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput) as caught:
        list(read(tmp_path / "none.yaml"))
    assert "none.yaml" in caught.value.where
