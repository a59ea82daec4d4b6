"""A witness hands every request on and knows afterwards what of the life cycles was seen."""

from __future__ import annotations

import time

import pytest

from payproof import gateway
from payproof.conformance.subject import Subject
from payproof.model import Message
from payproof.run.check import Runner
from payproof.run.outside import Clockwork, Outside
from payproof.run.settings import Settings
from payproof.run.target import Reply, SandboxTarget
from payproof.run.witness import Witness, witness

NOW_S = 1_790_000_000.0


def sandbox(name: str) -> tuple[gateway.Gateway, SandboxTarget]:
    chosen = gateway.load(name)
    simulator = chosen.simulator(seed=0)
    path = (
        "/" + chosen.spec.servers[0].url.split("/", 3)[3] if chosen.spec.servers[0].url.count("/") > 2 else ""
    )
    return chosen, SandboxTarget(simulator, path, lambda: NOW_S, time.perf_counter)


class Silent:
    """A target without outside events, which answers everything in one way."""

    name, origin, provenance = "x", "http://x.invalid", "live"

    def send(self, message: Message, *, write: bool) -> Reply:
        return Reply(message, Message(status=404), "", NOW_S, 0.0)


@pytest.mark.parametrize("role", [Outside, Clockwork])
def test_it_is_what_its_target_is(role: type) -> None:
    _, target = sandbox("plural")
    assert isinstance(target, role)
    assert isinstance(witness(target), role)
    assert not isinstance(witness(Silent()), role)


def test_the_clock_that_it_moves_is_its_targets() -> None:
    _, target = sandbox("plural")
    moved: list[float] = []
    target.later = moved.append  # type: ignore[method-assign]
    seen = witness(target)
    assert isinstance(seen, Clockwork)
    seen.later(60)
    assert moved == [60]
    assert (witness(Silent()).name, witness(Silent()).provenance) == ("x", "live")


def test_what_is_refused_shows_nothing() -> None:
    chosen = gateway.load("plural")
    seen = Witness(Silent())
    assert seen.send(Message("GET", "/x"), write=False).response == Message(status=404)
    assert {frozenset()} == {one.taken for one in seen.lived(chosen.spec, {})}


def test_a_run_over_the_sandbox_takes_the_path_of_an_order() -> None:
    chosen, target = sandbox("plural")
    seen = witness(target)
    subject = Subject(chosen.spec, chosen.testbed, dict(chosen.testbed.switches), NOW_S, 0)
    Runner(subject, seen, Settings(), stopwatch=time.perf_counter).run()
    order = next(one for one in seen.lived(chosen.spec, subject.fixed) if one.cycle.name == "plural.order")
    assert {"CREATED", "PENDING", "AUTHORIZED", "PROCESSED"} <= order.states
    taken = {(source, target) for source, target, _ in order.taken}
    assert {("", "CREATED"), ("CREATED", "PENDING"), ("AUTHORIZED", "PROCESSED")} <= taken
    planned = {
        (row.source, row.target, row.trigger)
        for row in order.cycle.transitions
        if row.availability == "planned"
    }
    current = {
        (row.source, row.target, row.trigger)
        for row in order.cycle.transitions
        if row.availability != "planned"
    }
    assert not order.taken & (planned - current)
