"""A token is tried after its end where the target's clock can be moved, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.gateways.plural.asking import gateway

from payproof.conformance.subject import Subject
from payproof.model import Message
from payproof.report.result import Result
from payproof.run.check import Runner
from payproof.run.settings import Settings
from payproof.run.target import Reply, SandboxTarget

NOW_S = 1_795_176_000.0
CASE = "getOrder/auth/expired-token"


class Unmoved:
    """The sandbox behind a wire: nobody moves its clock."""

    name, origin, provenance = "elsewhere", "", "sandbox"

    def __init__(self, inner: SandboxTarget) -> None:
        self._inner = inner

    def send(self, message: Message, *, write: bool) -> Reply:
        return self._inner.send(message, write=write)


def checked(*defects: str, still: bool = False, told: str = "expires_at", **more: Any) -> Result:
    switches = {"token-expiry": told}
    simulator = gateway().simulator(defects=list(defects), switches=switches)
    target = SandboxTarget(simulator, "", lambda: NOW_S, lambda: 0.0)
    subject = Subject(gateway().spec, gateway().testbed, switches, NOW_S, 0)
    settings = Settings(**(more or {"case": CASE}))
    return Runner(subject, Unmoved(target) if still else target, settings).run()


@pytest.mark.parametrize("told", ["expires_at", "expires_in", "both"])
def test_a_token_that_outlives_its_end_is_found_however_its_end_is_told(told: str) -> None:
    (finding,) = checked("token-never-expires", told=told).findings
    assert (finding.rule, finding.case) == ("credentials-not-checked", CASE)
    assert checked(told=told).findings == []


def test_a_clock_that_nobody_moves_leaves_the_end_of_a_token_unreached() -> None:
    result = checked("token-never-expires", still=True, only=("getOrder",))
    assert result.findings == []
    assert result.tally.skipped == {"this target's clock cannot be moved to a token's end": 1}
