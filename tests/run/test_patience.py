"""A gateway that hangs, resets, answers garbage, streams without end or dies: the run ends, and says what."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tests.independent import paykun_server
from tests.run.bad_servers import (
    Fate,
    cut,
    endless_body,
    endless_headers,
    garbage,
    hang,
    reset,
    serving,
)

from payproof import gateway
from payproof.adapters.http_client import HttpTarget
from payproof.adapters.live_guard import LiveGuard
from payproof.cli.main import main
from payproof.conformance.subject import Subject
from payproof.errors import NothingCheckedError
from payproof.model import Finding, Message
from payproof.report.result import Result
from payproof.run.check import Runner
from payproof.run.patience import MOST_SILENT, MOST_WAITED_S, Patience
from payproof.run.settings import Settings
from payproof.run.target import Reply

OPEN = LiveGuard(frozenset())
NOW_S = 1_795_176_000.0
#: Far more than any of these runs needs, and far less than a thousand bounded waits.
BOUND_S = 60


def checked(url: str, testbed: object = None) -> Result:
    one = gateway.load("paykun")
    bed = one.testbed
    if testbed is not None:
        from payproof.spec.testbed import load_testbed

        bed = load_testbed(json.dumps(testbed).encode())
    with HttpTarget(url, OPEN, step_s=0.2, whole_s=0.4, max_bytes=1_000_000) as target:
        return Runner(Subject(one.spec, bed, {}, NOW_S, 0), target, Settings()).run()


def seen(result: Result) -> set[tuple[str, str]]:
    return {(one.rule, one.actual) for one in result.findings if one.rule != "operation-not-reached"}


@pytest.mark.parametrize(
    ("fate", "failure"),
    [
        (reset, "reset"),
        (garbage, "garbage"),
        (endless_body, "too-large"),
        (endless_headers, "garbage"),
        (cut, "truncated"),
    ],
)
def test_a_gateway_that_never_gives_an_answer_is_named_for_what_it_does(fate: Fate, failure: str) -> None:
    start = time.monotonic()
    with serving(fate) as url:
        result = checked(url)
    assert time.monotonic() - start < BOUND_S
    assert result.failed
    assert seen(result) == {("no-answer", failure), ("gateway-stopped-answering", "")}
    assert result.tally.total().run + len(result.operations) <= MOST_SILENT + len(result.operations)
    assert result.reached == frozenset()


def test_a_gateway_that_hangs_from_the_start_leaves_nothing_checked() -> None:
    start = time.monotonic()
    with serving(hang) as url, pytest.raises(NothingCheckedError, match="never answered"):
        checked(url)
    assert time.monotonic() - start < BOUND_S


def test_a_gateway_that_dies_in_the_middle_ends_the_run_with_a_finding() -> None:
    one = gateway.load("paykun")
    server = paykun_server.serve(now=lambda: NOW_S)

    class Dying(HttpTarget):
        sent = 0

        def send(self, message: Message, *, write: bool) -> Reply:
            self.sent += 1
            if self.sent == 60:
                server.close()
            return super().send(message, write=write)

    from payproof.spec.testbed import load_testbed

    bed = load_testbed(json.dumps(paykun_server.testbed()).encode())
    target = Dying(f"{server.url}/v1", OPEN, step_s=0.5)
    with target:
        result = Runner(Subject(one.spec, bed, {}, NOW_S, 0), target, Settings()).run()
        assert target.sent <= 60 + MOST_SILENT + 1
    rules = {finding.rule for finding in result.findings}
    assert {"no-answer", "gateway-stopped-answering", "operation-not-reached"} <= rules
    assert result.tally.skipped["the gateway stopped answering"] > 100


def test_the_command_fails_on_garbage_and_cannot_check_what_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    testbed = tmp_path / "testbed.json"
    testbed.write_text(json.dumps(paykun_server.testbed()))
    with serving(garbage) as url:
        argv = ["check", "paykun", "--url", url, "--testbed", str(testbed), "--no-generated"]
        assert main(argv) == 1
        assert "what came is not HTTP" in capsys.readouterr().out
    assert main(argv) == 2
    assert "cannot be reached" in capsys.readouterr().err


class Played:
    """A target that answers one path and leaves the other unanswered."""

    name = origin = provenance = "played"

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, message: Message, *, write: bool) -> Reply:
        self.sent.append(message.target)
        good = message.target == "/alive"
        return Reply(message, Message(status=200) if good else None, "" if good else "timeout", 0.0, 10.0)


def test_an_operation_that_takes_too_long_is_left_alone_and_the_others_are_not() -> None:
    target = Played()
    patience = Patience(target)
    patience.accepted(Message("GET", "/alive"), write=False)
    findings: list[Finding] = []
    while not findings:
        findings = patience.saw("slow", target.send(Message("GET", "/slow"), write=False))
    assert target.sent.count("/slow") == MOST_WAITED_S // 10 + 1
    assert [one.rule for one in findings] == ["gateway-stopped-answering"]
    assert patience.over("slow")
    assert not patience.over("other")
    assert patience.gone == ""


def test_several_silences_in_a_row_are_no_end_while_the_gateway_still_answers() -> None:
    target = Played()
    patience = Patience(target)
    patience.accepted(Message("GET", "/alive"), write=False)
    for _ in range(MOST_SILENT * 4):
        assert patience.saw("resets", Reply(Message(), None, "reset", 0.0, 0.001)) == []
    assert target.sent == ["/alive"] * 4
    silent = Patience(target)
    for _ in range(MOST_SILENT):
        findings = silent.saw("resets", Reply(Message(), None, "reset", 0.0, 0.001))
    assert [one.rule for one in findings] == ["gateway-stopped-answering"]
    assert silent.over("other")
