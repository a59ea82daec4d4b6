"""An archive is judged the same in one piece or many, in any order, and again after it was cut short."""

from __future__ import annotations

import gzip
import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from payproof.audit import Auditor, Partial, pieces
from payproof.audit.run import Job, audit
from payproof.cassettes.journal_lines import entry_line, header_line
from payproof.cassettes.read import read_all
from payproof.errors import UnreadableInput
from payproof.model import Interaction, Severity
from payproof.signing import Keys
from payproof.spec import load
from payproof.spec.testbed import load_testbed

SPEC = load(Path("openapi/paykun"))
KEYS = dict(load_testbed(Path("openapi/paykun/testbed.yaml")).merchants["main"])
HONEST = [one for one in read_all([Path("cassettes/paykun")]) if "violates" not in one.tags]
SIGNED = next(one for one in HONEST if one.response is not None and b'"signature"' in one.response.body)


def changed(one: Interaction, old: bytes, new: bytes) -> Interaction:
    assert one.response is not None
    assert old in one.response.body
    return replace(one, response=replace(one.response, body=one.response.body.replace(old, new)))


def archive(path: Path, rows: list[Interaction]) -> Path:
    path.write_bytes(header_line({"gateway": "paykun"}) + b"".join(map(entry_line, rows)))
    return path


def auditor() -> Auditor:
    return Auditor(SPEC, Keys.of(KEYS, test=True))


def judged(path: Path, size: int = 1 << 20) -> Partial:
    made = Partial()
    for one in pieces([path], size=size):
        made.merge(auditor().piece(one))
    return made


def test_honest_records_give_no_finding(tmp_path: Path) -> None:
    made = judged(archive(tmp_path / "a.ndjson", HONEST))

    assert made.rows() == []
    assert made.counts["records"] == len(HONEST)
    assert made.counts["verified"] > 0


def test_a_changed_body_fails_its_signature_and_a_changed_type_its_schema(tmp_path: Path) -> None:
    forged = changed(SIGNED, b'"gross_amount":', b'"gross_amount": "x", "was":')

    rules = {one.rule: one for one in judged(archive(tmp_path / "a.ndjson", [SIGNED, forged, forged])).rows()}

    assert rules["recorded-response-signature-wrong"].count == 2
    assert rules["recorded-response-schema"].location.operation == "getTransaction"


def test_every_split_and_order_gives_the_same(tmp_path: Path) -> None:
    forged = changed(SIGNED, b"Success", b"Succes5")
    path = archive(tmp_path / "a.ndjson", [*HONEST, forged, SIGNED, forged])
    whole = judged(path).as_data()

    for size in (333, 700, 5000):
        parts = [auditor().piece(one) for one in pieces([path], size=size)]
        for order in itertools.islice(itertools.permutations(parts), 0, 6):
            made = Partial()
            for part in order:
                made.merge(part)
            assert made.as_data() == whole
    assert Partial.from_data(json.loads(json.dumps(whole))).as_data() == whole


BROKEN = [b"{", b"[]", b"1", b'{"request": 5}', b"\xff\xfe", b'{"request":{},"response":{}}', b"[" * 5000]


@pytest.mark.parametrize("line", BROKEN)
def test_a_broken_line_is_a_finding_and_the_rest_is_judged(tmp_path: Path, line: bytes) -> None:
    path = archive(tmp_path / "a.ndjson", [SIGNED])
    path.write_bytes(path.read_bytes() + line + b"\n" + entry_line(SIGNED))

    made = judged(path)

    assert [one.rule for one in made.rows()] == ["recorded-line-unreadable"]
    assert made.counts["valid"] == 2


@pytest.mark.parametrize("line", BROKEN)
def test_a_broken_line_of_compressed_records_is_a_finding_too(tmp_path: Path, line: bytes) -> None:
    plain = archive(tmp_path / "a.ndjson", [SIGNED])
    plain.write_bytes(plain.read_bytes() + line + b"\n" + entry_line(SIGNED))
    packed = tmp_path / "a.ndjson.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    made = judged(packed)

    assert made.counts == judged(plain).counts
    assert [one.rule for one in made.rows()] == [one.rule for one in judged(plain).rows()]


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.ndjson", [SIGNED])
    path.write_bytes(path.read_bytes() + entry_line(SIGNED)[:-40])

    made = judged(path)

    assert (made.counts["records"], made.rows()) == (1, [])


def test_a_life_cycle_is_judged_across_pieces_and_files(tmp_path: Path) -> None:
    first = replace(SIGNED, started_s=1000.0)
    failed = changed(replace(SIGNED, started_s=2000.0), b'"Success"', b'"Failed"')
    archive(tmp_path / "a.ndjson", [first])
    archive(tmp_path / "b.ndjson", [failed])
    job = Job(SPEC.path, None, {}, Path())

    made = audit(job, list(pieces([tmp_path])), run_id="test")

    assert made.counts["objects"] == 1
    assert [one.rule for one in made.rows()] == ["life-cycle-status-backwards"]


@pytest.mark.parametrize("size", [700, 1 << 20])
def test_a_place_is_the_number_of_the_entry_as_the_readers_count(tmp_path: Path, size: int) -> None:
    forged = changed(SIGNED, b"Success", b"Succes5")
    path = archive(tmp_path / "a.ndjson", [*HONEST[:3], forged, SIGNED, forged])
    sources = [one.source for one in read_all([path]) if one.response == forged.response]

    made = audit(Job(SPEC.path, KEYS, {}), list(pieces([path], size=size)), run_id="test")

    assert {one.case for one in made.rows()} == {sources[0]} == {f"{path}:4"}


def test_a_life_cycle_s_finding_has_such_a_place_too(tmp_path: Path) -> None:
    failed = changed(replace(SIGNED, started_s=2000.0), b'"Success"', b'"Failed"')
    path = archive(tmp_path / "a.ndjson", [replace(SIGNED, started_s=1000.0), failed])

    made = audit(Job(SPEC.path, None, {}, Path()), list(pieces([path])), run_id="test")

    assert [one.case for one in made.rows()] == [f"88253-41453-72735-05390 at {path}:2"]


class Stopped(Exception):
    """What a test stops a run with."""


def test_a_run_that_was_cut_short_goes_on_and_counts_nothing_twice(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.ndjson", HONEST * 4)
    parts, state = list(pieces([path], size=3000)), tmp_path / "state.json"
    job = Job(SPEC.path, KEYS, {}, Path())
    whole = audit(job, parts, run_id="whole")

    def stop(done: int, total: int, records: int) -> None:
        if done * 2 > total:
            raise Stopped

    with pytest.raises(Stopped):
        audit(job, parts, run_id="first", state=state, progress=stop)
    again: list[Any] = []
    made = audit(job, parts, run_id="second", state=state, progress=lambda *row: again.append(row))

    assert made.as_data() == whole.as_data()
    assert 0 < len(again) < len(parts)


def test_a_damaged_state_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text('{"payproof-audit": 1, "done": 5}')

    with pytest.raises(UnreadableInput):
        audit(Job(SPEC.path), [], run_id="x", state=state)


def test_two_processes_come_to_the_same(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.ndjson", HONEST * 2)
    parts = list(pieces([path], size=8000))
    job = Job(SPEC.path, KEYS, {}, Path())

    assert audit(job, parts, run_id="a", processes=2).as_data() == audit(job, parts, run_id="b").as_data()


def test_a_signature_that_no_document_asks_for_is_missed_with_no_more_than_a_warning(tmp_path: Path) -> None:
    hook = next(one for one in HONEST if one.operation in SPEC.webhooks)
    data = json.loads(hook.request.body)
    data["transaction"].pop("signature", None)
    bare = replace(hook, request=replace(hook.request, body=json.dumps(data).encode()))
    rows = judged(archive(tmp_path / "a.ndjson", [bare])).rows()
    told = [one for one in rows if one.rule == "recorded-webhook-signature-wrong"]
    assert [(one.severity, one.evidence) for one in told] == [(Severity.WARNING, "sdk")]
