"""Recordings that mean harm: a clear error, in less than two seconds and 200 MB."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from payproof.cassettes.read import read
from payproof.errors import UnreadableInput

#: Reads a file in a process of its own, and says what came of it, how long it took and how large it grew.
PROGRAM = """
import json, re, resource, sys, time
from pathlib import Path
from payproof.cassettes.read import read
from payproof.errors import UnreadableInput
start, outcome, where, count = time.process_time(), "read", "", 0
try:
    for _ in read(Path(sys.argv[1])):
        count += 1
except UnreadableInput as error:
    outcome, where = error.what, error.where
status = Path("/proc/self/status")
if status.exists():  # what getrusage says on Linux is inherited from the process that started this one
    peak = int(re.search("VmHWM:\\s*(\\d+)", status.read_text()).group(1))
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
print(json.dumps([outcome, where, count, time.process_time() - start, peak / 1024]))
"""
GIGABYTE = 1024**3
LAUGHS = "interactions:\n- request: &a0 [x, x]\n" + "".join(
    f"- request: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)
)
LAUGHS_INSIDE = "interactions:\n- request:\n" + "".join(
    f"    a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else 'x, x'}]\n" for n in range(30)
)

ANCHORS = ",".join(f"&a{n} x" for n in range(200_000))
MANY_HEADERS = {"method": "GET", "uri": "u", "headers": {"a": ["x"] * 5000}}


def text(content: str | bytes) -> Callable[[Path], None]:
    return lambda path: (path.write_bytes(content.encode() if isinstance(content, str) else content), None)[1]


def sparse(head: bytes, size: int = GIGABYTE) -> Callable[[Path], None]:
    """Write a file of that size that takes no room: zero bytes behind a beginning."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(head)
            file.truncate(size)

    return write


def long_line(head: bytes, size: int = 80 * 1024**2) -> Callable[[Path], None]:
    """Write a line of letters, long enough to be over the limit of one entry several times."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(head)
            for _ in range(size // 2**20):
                file.write(b"x" * 2**20)

    return write


def squeezed(head: bytes, size: int = 512 * 1024**2) -> Callable[[Path], None]:
    """Write a gzip bomb."""

    def write(path: Path) -> None:
        with gzip.open(path, "wb", compresslevel=1) as file:
            file.write(head)
            for _ in range(size // 2**22):
                file.write(b"x" * 2**22)

    return write


CASES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "laughs": ("a.yaml", text(LAUGHS), ""),
    "laughs-in-one-entry": ("a.yaml", text(LAUGHS_INSIDE), "stands for more than"),
    "python-object": ("a.yaml", text("interactions:\n- !!python/object/apply:os.system ['id']\n"), "tag"),
    "python-name": ("a.yaml", text("interactions:\n- request: !!python/name:os.system ''\n"), "tag"),
    "local-tag": ("a.yaml", text("interactions:\n- request: !Ref x\n"), "tag"),
    "cyclic-alias": ("a.yaml", text("interactions:\n- request: &a {uri: *a}\n"), "alias"),
    "cyclic-root": ("a.yaml", text("interactions: &a\n- *a\n"), "alias"),
    "deep-flow": ("a.yaml", text("interactions:\n- " + "[" * 1_000_000), "nested"),
    "deep-braces": ("a.yaml", text("interactions:\n- " + "{a: " * 500_000), "nested"),
    "deep-dashes": ("a.yaml", text("interactions:\n" + "- " * 1_000_000), "nested"),
    "deep-question-marks": ("a.yaml", text("interactions:\n- " + "? " * 500_000), "nested"),
    "deep-metadata": ("a.yaml", text("metadata: " + "[" * 1_000_000), "nested"),
    "deep-json": ("a.json", text('{"interactions": [' + '{"a":' * 1_000_000), ""),
    "deep-ndjson": ("a.ndjson", text('{"payproof-cassette":1}\n' + "[" * 1_000_000 + "\n"), "cannot be read"),
    "long-yaml-line": ("a.yaml", long_line(b"interactions:\n- '"), "one entry"),
    "long-plain-scalar": ("a.yaml", long_line(b"interactions:\n- "), "one entry"),
    "long-yaml-key": ("a.yaml", long_line(b""), "one entry"),
    "long-json-line": ("a.json", long_line(b'{"interactions": ["'), "one entry"),
    "long-ndjson-line": ("a.ndjson", long_line(b'{"payproof-cassette":1}\n{"a":"'), "a line has more"),
    "sparse-yaml": ("a.yaml", sparse(b"interactions:\n- '"), "not YAML"),
    "sparse-json": ("a.json", sparse(b'{"interactions": ["'), "one entry"),
    "sparse-ndjson": ("a.ndjson", sparse(b'{"payproof-cassette":1}\n'), "a line has more"),
    "gzip-bomb-yaml": ("a.yaml.gz", squeezed(b"interactions:\n- '"), "one entry"),
    "gzip-bomb-ndjson": ("a.ndjson.gz", squeezed(b'{"payproof-cassette":1}\n'), "a line has more"),
    "truncated-gzip": ("a.gz", text(gzip.compress(b"# remark\n" * 500_000)[:-200]), "ends too early"),
    "broken-gzip": ("a.gz", text(b"\x1f\x8b\x08" + b"\x01" * 200), "damaged"),
    "wrong-utf8-yaml": ("a.yaml", text(b"interactions:\n- \xff\xfe\xfd\n"), "not YAML"),
    "wrong-utf8-json": ("a.json", text(b'{"interactions": ["\xff"]}'), "UTF-8"),
    "wrong-utf8-ndjson": ("a.ndjson", text(b'{"payproof-cassette":1}\n"\xff"\n'), "UTF-8"),
    "many-headers": (
        "a.json",
        text(json.dumps({"interactions": [{"request": MANY_HEADERS}]})),
        "headers",
    ),
    "huge-number": ("a.json", text('{"interactions": [' + "9" * 100_000 + "]}"), "not JSON"),
    "huge-yaml-number": ("a.yaml", text("interactions:\n- " + "9" * 100_000 + "\n"), "no int"),
    "many-anchors": ("a.yaml", text(f"interactions:\n- [{ANCHORS}]\n"), "values"),
    "name-with-dots": ("..yaml", text("interactions: []\n"), "read"),
    "nothing-at-all": ("a.yaml", text(""), "no recorded interactions"),
    "binary": ("a.yaml", text(bytes(range(256)) * 100), "not YAML"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_costs_little_and_is_told_clearly(tmp_path: Path, case: str) -> None:
    name, write, why = CASES[case]
    path = tmp_path / name
    write(path)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    outcome, where, count, seconds, megabytes = json.loads(done.stdout)
    assert why in outcome
    assert (outcome == "read") == (case == "name-with-dots")
    assert where.startswith(str(path)) or outcome == "read"
    assert count == 0
    assert seconds < 2.0
    assert megabytes < 200


MANY = {
    "parameters": ("/v1/merchant/orders/1?" + "&".join(f"a{at}=1" for at in range(20_000)), "{}"),
    "segments": ("/" + "a/" * 60_000, "{}"),
    "values": ("/v1/merchant/transaction/1", json.dumps({f"k{at}": at for at in range(150_000)})),
}


@pytest.mark.parametrize("kind", MANY)
def test_a_message_of_very_many_parts_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    target, body = MANY[kind]
    entry = {
        "request": {"method": "GET", "uri": f"https://api.paykun.com{target}", "headers": [], "body": ""},
        "response": {"status": 200, "headers": [], "body": body},
    }
    path = tmp_path / "a.ndjson"
    path.write_text('{"payproof-cassette":1}\n' + json.dumps(entry) + "\n")
    with pytest.raises(UnreadableInput, match="more parameters, path segments or values"):
        list(read(path))
