"""Nothing that `append` finished is lost, and the file always loads."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from payproof.cassettes.journal import Journal, export_yaml, recover
from payproof.cassettes.read import Facts, read
from payproof.errors import UnreadableInput, UsageError
from payproof.model import Interaction, Message

RECORDER = """
import sys
from pathlib import Path
from payproof.cassettes.journal import Journal
from payproof.model import Interaction, Message
with Journal(Path(sys.argv[1]), {"gateway": "g"}) as journal:
    n = int(sys.argv[2])
    while True:
        request = Message("GET", f"https://h/{n}", (), b"x" * (n * 37 % 5000))
        journal.append(Interaction(request, Message(status=200, body=b"{}"), provenance="sandbox"))
        sys.stdout.write(f"{n}\\n"); sys.stdout.flush()
        n += 1
"""


def sample(number: int = 1, body: bytes = b"{}") -> Interaction:
    headers = (("Set-Cookie", "a"), ("set-cookie", "b"))
    return Interaction(
        Message("POST", f"https://h/{number}", (("A", "1"),), body),
        Message(status=200, headers=headers, body=body),
        operation="op",
        started_s=1795229754.25,
        elapsed_s=0.5,
        provenance="sandbox",
        tags={"host": "h", "verdicts": {"request": {"ok": True}}, "other": 1},
    )


def test_an_entry_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "j.ndjson"
    with Journal(path, {"gateway": "paykun", "spec": "1"}) as journal:
        journal.append(sample(1))
        journal.append(sample(2, b"\xff\x00"))
    facts = Facts()
    first, second = read(path, facts=facts)
    assert facts.header == {"gateway": "paykun", "spec": "1"}
    assert (first.request, first.response) == (sample(1).request, sample(1).response)
    assert (first.operation, first.started_s, first.elapsed_s, first.provenance) == (
        "op",
        1795229754.25,
        0.5,
        "sandbox",
    )
    assert first.tags["host"] == "h"
    assert first.tags["verdicts"] == {"request": {"ok": True}}
    assert "other" not in first.tags
    assert second.request.body == b"\xff\x00"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=50))
def test_any_body_and_header_come_back(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, text: str
) -> None:
    path = tmp_path_factory.mktemp("j") / "j.ndjson"
    sent = Message("PUT", "https://h/" + text, (("X", text),), body)
    with Journal(path, {}) as journal:
        journal.append(Interaction(sent, None, failure="timeout"))
    (found,) = read(path)
    assert (found.request, found.response, found.failure) == (sent, None, "timeout")


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.ndjson", {}):
        assert (tmp_path / "j.ndjson").stat().st_mode & 0o777 == 0o600


def test_every_cut_of_the_file_loads_all_entries_that_were_whole(tmp_path: Path) -> None:
    path, cut = tmp_path / "j.ndjson", tmp_path / "cut.ndjson"
    with Journal(path, {"gateway": "g"}) as journal:
        for number in range(3):
            journal.append(sample(number))
    data = path.read_bytes()
    for size in range(len(data)):
        cut.write_bytes(data[:size])
        entries = max(0, data[:size].count(b"\n") - 1)
        if size >= len(b'{"payproof-cassette":'):
            assert len(list(read(cut))) == entries
        with Journal(cut, {"gateway": "g"}) as journal:
            journal.append(sample(9))
        assert len(list(read(cut))) == entries + 1


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.ndjson", {}), pytest.raises(UsageError, match="another process"):
        Journal(tmp_path / "j.ndjson", {})


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("precious, without a newline at its end")
    with pytest.raises(UsageError, match="no journal"):
        Journal(path, {})
    assert path.read_text().startswith("precious")


def test_a_broken_line_in_the_middle_is_told(tmp_path: Path) -> None:
    path = tmp_path / "j.ndjson"
    with Journal(path, {}) as journal:
        journal.append(sample())
    data = path.read_bytes()
    path.write_bytes(data[:-10] + b"\n" + data.split(b"\n")[1] + b"\n")
    with pytest.raises(UnreadableInput, match="cannot be read"):
        list(read(path))


def test_recover_exports_what_is_there_and_says_what_is_not(tmp_path: Path) -> None:
    path, out = tmp_path / "j.ndjson", tmp_path / "c.yaml"
    with Journal(path, {"gateway": "g"}) as journal:
        journal.append(sample(1))
        journal.append(sample(2, b"\xff"))
    path.write_bytes(path.read_bytes() + b'{"torn')
    assert recover(path, out) == (2, True)
    again = list(read(out))
    assert [one.request for one in again] == [sample(1).request, sample(2, b"\xff").request]
    assert again[0].provenance == "sandbox"
    assert yaml.safe_load(out.read_text())["payproof"] == {"gateway": "g"}
    assert out.stat().st_mode & 0o777 == 0o600


def test_an_empty_journal_exports_an_empty_cassette() -> None:
    assert yaml.safe_load(export_yaml([], {})) == {"interactions": [], "version": 1}


def test_killed_at_fifty_random_moments_nothing_finished_is_lost(tmp_path: Path) -> None:
    chance = random.Random(20261121)
    path = tmp_path / "j.ndjson"
    told = -1
    for _ in range(50):
        child = subprocess.Popen(
            [sys.executable, "-c", RECORDER, str(path), str(told + 1)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(chance.uniform(0, 0.03))
        child.kill()
        lines = [first, *child.stdout]
        child.wait()
        numbers = [int(line) for line in lines if line.endswith("\n")]
        kept = [int(one.request.target.rpartition("/")[2]) for one in read(path)]
        assert set(numbers) <= set(kept)
        assert kept == list(range(len(kept)))
        told = kept[-1]
    with path.open("rb") as file:
        assert all(json.loads(line) for line in file if line.endswith(b"\n"))
