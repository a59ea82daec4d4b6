"""What the process ends with; scripts and CI read these numbers."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    UNREADABLE = 3
    INTERNAL = 70
    INTERRUPTED = 130


MEANINGS = {
    ExitCode.CLEAN: "nothing was found at or above --fail-on",
    ExitCode.FINDINGS: "there are findings at or above --fail-on",
    ExitCode.USAGE: "the command line does not fit, or nothing could be checked (no answer at all included)",
    ExitCode.UNREADABLE: "an input file cannot be read as what it should be",
    ExitCode.INTERNAL: "payproof itself went wrong",
    ExitCode.INTERRUPTED: "interrupted from the keyboard",
}
