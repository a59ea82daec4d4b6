"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from payproof.cli.options import known_switches, read_switches, wants_colour, write_report
from payproof.cli.progress import Progress
from payproof.errors import UsageError


class Stream:
    """A text stream that may be a terminal."""

    def __init__(self, terminal: bool) -> None:
        self.terminal, self.text = terminal, ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""


def test_switches_are_read_in_order() -> None:
    assert read_switches(("a=1", "b=x=y")) == {"a": "1", "b": "x=y"}


@pytest.mark.parametrize("rows", [("a",), ("=1",), ("a=",), ("a=1", "a=2")])
def test_what_sets_no_switch_is_refused(rows: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        read_switches(rows)


def test_unknown_switches_and_settings_name_the_known_ones() -> None:
    known = {"scalars": SimpleNamespace(settings={"php": {}, "javascript": {}})}
    known_switches({"scalars": "php"}, known)
    for given, hint in (({"scalar": "php"}, "scalars"), ({"scalars": "perl"}, "php, javascript")):
        with pytest.raises(UsageError) as raised:
            known_switches(given, known)
        assert hint in raised.value.hint


def test_colour_needs_a_terminal_and_nobody_who_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(Stream(True))
    assert not wants_colour(Stream(False))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Stream(True))


def test_a_report_goes_to_its_file(tmp_path: Path) -> None:
    write_report("zażółć\n", tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text("utf-8") == "zażółć\n"


def test_progress_is_quiet_in_a_pipe() -> None:
    stream = Stream(False)
    progress = Progress(stream, lambda: 0.0)  # type: ignore[arg-type]
    progress("refund", "example", 1)
    progress.clear()
    assert stream.text == ""


def test_progress_draws_on_a_terminal_and_not_too_often() -> None:
    stream, times = Stream(True), iter([0.0, 0.05, 0.2])
    progress = Progress(stream, lambda: next(times))  # type: ignore[arg-type]
    for number in (1, 2, 3):
        progress("ref\x1bund", "example", number)
    assert "1 cases, ref\\x1bund: example" in stream.text
    assert "2 cases" not in stream.text
    assert "3 cases" in stream.text
