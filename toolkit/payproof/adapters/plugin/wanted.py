"""What a test asks for: its gateway and settings, from marker, options, ini keys and pyproject.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from payproof import gateway
from payproof.adapters.plugin import given
from payproof.adapters.plugin.project import Table, tables
from payproof.errors import ToolkitError, UsageError
from payproof.gateway import Gateway
from payproof.model import Severity
from payproof.spec.testbed import load_testbed

_ACCEPTED = ("gateway", "switches", "defects", "seed", "allow", "fail_on", "hosts")
_WHERE = "@pytest.mark.payproof"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The settings of one test and gateway.

    Args:
        name: The gateway's.
        switches: Settings of what the documents leave open.
        defects: That the test's sandbox shall have.
        seed: Of the sandbox.
        allow: Rules that the test may break.
        fail_on: The severity from which on findings fail the test.
        undocumented: How bad undocumented fields are.
        hosts: Further hosts that play the gateway.
        testbed: File whose keys and ids are used; the gateway's own when empty.
    """

    name: str
    switches: Mapping[str, str] = field(default_factory=dict)
    defects: tuple[str, ...] = ()
    seed: int = 0
    allow: tuple[str, ...] = ()
    fail_on: Severity = Severity.ERROR
    undocumented: Severity = Severity.NOTE
    hosts: tuple[str, ...] = ()
    testbed: str = ""


def failing(error: ToolkitError) -> pytest.UsageError:
    """Give the error as pytest shows errors of usage."""
    return pytest.UsageError(f"payproof: {error}")


def names_of(config: pytest.Config) -> list[str]:
    """Give the gateways whose exchanges the whole run is guarded against."""
    return [*(config.getoption("payproof_guard") or ()), *config.getini("payproof_guard")]


def default_of(config: pytest.Config) -> str:
    """Give the gateway of tests without a marker, empty when nothing says."""
    guarded = list(dict.fromkeys(names_of(config)))
    return str(config.getini("payproof_gateway") or (guarded[0] if len(guarded) == 1 else ""))


def named_by(item: pytest.Item) -> list[str]:
    """Give the gateways that a test's markers name, the nearest marker's first."""
    return [name for name in dict.fromkeys(name for name, _ in _markers(item)) if name]


def gateway_of(item: pytest.Item) -> Gateway:
    """Give the gateway of a test's fixtures; fails the test when nothing names one."""
    name = next(iter(named_by(item)), "") or default_of(item.config)
    if not name:
        pytest.fail(
            "nothing says which gateway is meant: write @pytest.mark.payproof('NAME'), "
            "or set payproof_gateway in the pytest configuration",
            pytrace=False,
        )
    return loaded(name, wanted_of(item, name).testbed)


def _markers(item: pytest.Item) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give name and options of each of a test's markers, the nearest first."""
    for marker in item.iter_markers("payproof"):
        try:
            yield _name(marker), marker.kwargs
        except ToolkitError as error:
            raise failing(error) from None


def _name(marker: pytest.Mark) -> str:
    given.known(marker.kwargs, _ACCEPTED, where=_WHERE, kind="option")
    name = marker.args[0] if marker.args else marker.kwargs.get("gateway", "")
    if len(marker.args) > 1 or not isinstance(name, str):
        hint = "write a marker for each gateway; all else is given by name"
        raise UsageError("the marker takes one name of a gateway", where=_WHERE, hint=hint)
    return name


@lru_cache
def loaded(name: str, testbed: str = "") -> Gateway:
    """Give a gateway, with another test bed when a file is named; loaded once for a process."""
    from dataclasses import replace

    try:
        found = gateway.load(name)
        return replace(found, testbed=load_testbed(Path(testbed), gateway=name)) if testbed else found
    except ToolkitError as error:
        raise failing(error) from None


def wanted_of(item: pytest.Item, name: str) -> Wanted:
    """Give a test's settings: markers, the nearest first, over options over ini keys over pyproject.toml."""
    mine: dict[str, Any] = {}
    for named, options in _markers(item):
        # A marker without a name is about whichever gateway the test has.
        mine = {**options, **mine} if named in ("", name) else mine
    try:
        return _wanted(item.config, name, mine)
    except ToolkitError as error:
        raise failing(error) from None


def _wanted(config: pytest.Config, name: str, mine: Mapping[str, Any]) -> Wanted:
    project = project_of(config, name)
    lines = given.pairs(config.getini("payproof_switches"), where="payproof_switches")
    return Wanted(
        name=name,
        switches={
            **project.switches,
            **lines,
            **given.settings(mine.get("switches", {}), where=f"{_WHERE}, switches"),
        },
        defects=given.texts(mine.get("defects", ()), where=f"{_WHERE}, defects", example="NAME"),
        seed=given.number(mine.get("seed", 0), where=f"{_WHERE}, seed"),
        allow=given.texts(mine.get("allow", ()), where=f"{_WHERE}, allow", example="RULE"),
        fail_on=_severity(mine.get("fail_on") or config.getini("payproof_fail_on") or "error", "fail_on"),
        undocumented=_severity(config.getini("payproof_undocumented") or "note", "payproof_undocumented"),
        hosts=(
            *project.hosts,
            *given.hosts(config.getini("payproof_hosts"), where="payproof_hosts"),
            *given.hosts(mine.get("hosts", ()), where=f"{_WHERE}, hosts"),
        ),
        testbed=testbed_of(config, name),
    )


def project_of(config: pytest.Config, name: str) -> Table:
    """Give what the project's pyproject.toml says of a gateway."""
    try:
        return tables(config.rootpath).get(name, Table())
    except ToolkitError as error:
        raise failing(error) from None


def testbed_of(config: pytest.Config, name: str) -> str:
    """Give the path of the test bed that the run names for a gateway, empty for the gateway's own."""
    beside = project_of(config, name).testbed
    return str(config.getoption("payproof_testbed") or (config.rootpath / beside if beside else ""))


def _severity(word: Any, where: str) -> Severity:
    try:
        return Severity.of(str(word))
    except KeyError:
        hint = "use note, warning or error"
        raise UsageError(f"{str(word)[:60]!r} is no severity", where=where, hint=hint) from None
