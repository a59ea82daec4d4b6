"""What a test asks for: its gateway and settings, from marker, options, ini keys and pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from payproof import gateway
from payproof.errors import ToolkitError, UsageError
from payproof.gateway import Gateway
from payproof.model import Severity
from payproof.spec.testbed import load_testbed

_ACCEPTED = ("gateway", "switches", "defects", "seed", "allow", "fail_on", "hosts")


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


def gateway_of(item: pytest.Item) -> Gateway:
    """Give the gateway of a test; fails the test when nothing names one."""
    marker = item.get_closest_marker("payproof")
    name = _name(marker) if marker else default_of(item.config)
    if not name:
        pytest.fail(
            "nothing says which gateway is meant: write @pytest.mark.payproof('NAME'), "
            "or set payproof_gateway in the pytest configuration",
            pytrace=False,
        )
    return loaded(name, wanted_of(item, name).testbed)


def _name(marker: pytest.Mark) -> str:
    given = marker.args[0] if marker.args else marker.kwargs.get("gateway", "")
    if len(marker.args) > 1 or not isinstance(given, str) or set(marker.kwargs) - set(_ACCEPTED):
        raise pytest.UsageError(f"payproof: the marker takes one name and {', '.join(_ACCEPTED[1:])}")
    return given


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
    """Give the settings of a test: marker over options over ini keys over pyproject.toml."""
    config, marker = item.config, item.get_closest_marker("payproof")
    mine = dict(marker.kwargs) if marker is not None and _name(marker) in ("", name) else {}
    project = _project(config.rootpath).get(name, {})
    rows = [row.partition("=") for row in config.getini("payproof_switches")]
    switches = {**project.get("switches", {}), **{key.strip(): value.strip() for key, _, value in rows}}
    return Wanted(
        name=name,
        switches={**switches, **mine.get("switches", {})},
        defects=tuple(mine.get("defects", ())),
        seed=int(mine.get("seed", 0)),
        allow=tuple(mine.get("allow", ())),
        fail_on=_severity(mine.get("fail_on") or config.getini("payproof_fail_on") or "error"),
        undocumented=_severity(config.getini("payproof_undocumented") or "note"),
        hosts=(*project.get("hosts", ()), *config.getini("payproof_hosts"), *mine.get("hosts", ())),
        testbed=testbed_of(config, name),
    )


def testbed_of(config: pytest.Config, name: str) -> str:
    """Give the path of the test bed that the run names for a gateway, empty for the gateway's own."""
    beside = _project(config.rootpath).get(name, {}).get("testbed", "")
    return str(config.getoption("payproof_testbed") or _beside(config, beside))


def _severity(word: str) -> Severity:
    try:
        return Severity.of(word)
    except KeyError:
        error = UsageError(f"{word!r} is no severity", where="fail_on", hint="use note, warning or error")
        raise failing(error) from None


def _beside(config: pytest.Config, path: str) -> str:
    return str(config.rootpath / path) if path else ""


@lru_cache
def _project(root: Path) -> Mapping[str, Any]:
    """Give `[tool.payproof]` of the project's pyproject.toml, empty when there is none."""
    try:
        data = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    found = data.get("tool", {}).get("payproof", {})
    return found if isinstance(found, dict) else {}
