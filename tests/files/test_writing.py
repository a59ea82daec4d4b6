"""A file has its old content or its new one, never half of either."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from payproof.errors import UsageError
from payproof.files import read_json, read_yaml, write_atomic, write_data


def test_a_new_file_holds_the_bytes_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"one")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["a"]


def test_the_mode_of_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomic(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)


def test_a_private_file_is_its_owners_alone(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"x", private=True)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) & 0o077 == 0


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_failure_leaves_the_old_content_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        write_atomic(tmp_path / "a", b"new")
    assert ((tmp_path / "a").read_bytes(), os.listdir(tmp_path)) == (b"old", ["a"])


def test_a_missing_folder_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none" / "a", tmp_path / "a\0b"):
        with pytest.raises((UsageError, ValueError)):
            write_atomic(path, b"")


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to("pipe")
    data = b"x" * 200_000  # more than a pipe holds
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_atomic(tmp_path / "link", data)
    reader.join(10)
    assert (got, pipe.is_fifo(), sorted(os.listdir(tmp_path))) == ([data], True, ["link", "pipe"])


def test_the_name_of_an_open_pipe_is_written_to() -> None:
    reading, writing = os.pipe()
    write_atomic(Path(f"/dev/fd/{writing}"), b"new")
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert pipe.read() == b"new"


def test_a_device_stays_one(tmp_path: Path) -> None:
    device = tmp_path / "null"
    try:
        os.mknod(device, stat.S_IFCHR | 0o600, os.makedev(1, 3))
        device.write_bytes(b"")
    except OSError:
        pytest.skip("no device can be made here")
    write_atomic(device, b"new")
    assert device.is_char_device()


def test_a_pipe_whose_reader_has_gone_is_refused(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(UsageError, match="cannot be written"):
        write_atomic(Path(f"/dev/fd/{writing}"), b"new")
    os.close(writing)


def test_data_is_written_in_the_form_that_its_name_says(tmp_path: Path) -> None:
    data = {"a": ["₹", 1.5, None]}
    for name, read in (("a.json", read_json), ("a.JSON", read_json), ("a.yaml", read_yaml), ("a", read_yaml)):
        write_data(tmp_path / name, data)
        assert read(tmp_path / name).data == data


@pytest.mark.parametrize("data", [{"a": float("nan")}, ["\ud800"], [object()]])
def test_data_that_json_cannot_carry_is_refused(tmp_path: Path, data: object) -> None:
    with pytest.raises(UsageError, match="JSON"):
        write_data(tmp_path / "a.json", data)
    assert os.listdir(tmp_path) == []
