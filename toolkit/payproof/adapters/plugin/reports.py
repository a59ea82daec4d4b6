"""What a run says at its end: contract coverage, merged from every process that ran tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from payproof.adapters.guard.guard import Guard
from payproof.adapters.plugin.wanted import failing, loaded
from payproof.coverage.facts import Fact, facts
from payproof.coverage.report import Covered, as_data, as_html, as_text
from payproof.coverage.seen import exercised
from payproof.errors import UsageError
from payproof.files import write_atomic

KEY = "payproof_coverage"
FILES = {"json": "payproof-coverage.json", "html": "payproof-coverage.html"}


class Reports:
    """Collects and reports.

    Args:
        config: The run's.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._ways = [*(config.getoption("payproof_coverage") or ()), *config.getini("payproof_coverage")]
        floor = config.getoption("payproof_fail_under") or config.getini("payproof_fail_under")
        self._floor = _number(floor) if floor else None
        self._seen: dict[str, set[Fact]] = {}
        for way in self._ways:
            if way.partition(":")[0] not in ("term", *FILES):
                hint = "use term, json[:FILE] or html[:FILE]"
                raise failing(
                    UsageError(f"{way!r} is no coverage report", where="--payproof-coverage", hint=hint)
                )

    @property
    def wanted(self) -> bool:
        """Whether anybody asked for coverage."""
        return bool(self._ways) or self._floor is not None

    def saw(self, guard: Guard) -> None:
        """Take in what a test exchanged."""
        if self.wanted:
            mine = self._seen.setdefault(guard.gateway.name, set())
            mine |= exercised(guard.gateway.spec, guard.interactions)
            mine |= {
                fact for fact in exercised(guard.gateway.spec, guard.probes) if fact.kind != "transition"
            }

    def finish(self, session: pytest.Session) -> None:
        """Hand on to the controller in an xdist worker; elsewhere fail the run that covers too little."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[KEY] = json.dumps({name: sorted(rows) for name, rows in self._seen.items()})
        elif self._too_little() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def merge(self, output: Mapping[str, Any]) -> None:
        """Take in what a worker saw."""
        for name, rows in json.loads(output.get(KEY, "{}")).items():
            self._seen.setdefault(name, set()).update(Fact(*row) for row in rows)

    def show(self, terminal: pytest.TerminalReporter) -> None:
        """Write every report that was asked for."""
        if not self.wanted:
            return
        rows = self._covered()
        terminal.section("payproof: contract coverage")
        for way in self._ways:
            kind, _, path = way.partition(":")
            if kind == "term":
                terminal.write("".join(f"{line}\n" for line in as_text(rows)))
                continue
            target = self._config.invocation_params.dir / (path or FILES[kind])
            text = json.dumps(as_data(rows), indent=2) if kind == "json" else as_html(rows)
            write_atomic(Path(target), f"{text}\n".encode())
            terminal.write_line(f"written: {target}")
        for line in self._too_little():
            terminal.write_line(line, red=True)

    def _too_little(self) -> list[str]:
        if self._floor is None:
            return []
        rows = self._covered()
        if not rows:
            return ["contract coverage: no gateway was exercised at all"]
        return [
            f"contract coverage of {one.gateway} is {one.percent:.1f} %, less than {self._floor:g} %"
            for one in rows
            if one.percent < self._floor
        ]

    def _covered(self) -> list[Covered]:
        return [Covered(name, _facts(name), frozenset(rows)) for name, rows in sorted(self._seen.items())]


@lru_cache
def _facts(name: str) -> tuple[Fact, ...]:
    return tuple(facts(loaded(name).spec))


def _number(text: Any) -> float:
    try:
        return float(text)
    except ValueError:
        error = UsageError(f"{text!r} is no number", where="--payproof-fail-under", hint="give a percentage")
        raise failing(error) from None
