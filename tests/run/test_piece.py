"""The pieces of a conformance run are the whole run, cut by operation and kind."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import pytest

from payproof import gateway
from payproof.conformance.subject import Subject
from payproof.errors import NothingCheckedError
from payproof.model import Message
from payproof.report.result import Result
from payproof.run.check import Runner
from payproof.run.piece import Piece, pieces
from payproof.run.settings import Settings
from payproof.run.target import Reply, SandboxTarget

NOW_S = 1_790_000_000.0
PAYKUN, PLURAL = gateway.load("paykun"), gateway.load("plural")


def sandbox(one: gateway.Gateway, *defects: str) -> SandboxTarget:
    base = urlsplit(one.spec.servers[0].url).path
    return SandboxTarget(one.simulator(defects=defects), base, lambda: NOW_S, lambda: 0.0)


def subject(one: gateway.Gateway) -> Subject:
    return Subject(one.spec, one.testbed, one.testbed.switches, NOW_S, 0)


def run(one: gateway.Gateway, piece: tuple[str, str], *defects: str) -> Result:
    name, kind = piece
    settings = Settings(cycle=name) if kind == "walk" else Settings(only=(name,))
    return Piece(subject(one), sandbox(one, *defects), settings, kind=kind).run()


def counts(result: Result) -> Counter[tuple[str, str]]:
    return Counter({key: count.run for key, count in result.tally.counts.items() if count.run})


def test_the_pieces_together_send_what_the_run_sends() -> None:
    whole = counts(Runner(subject(PAYKUN), sandbox(PAYKUN), Settings()).run())
    together: Counter[tuple[str, str]] = Counter()
    for piece in pieces(subject(PAYKUN)):
        together += counts(run(PAYKUN, piece))
    assert together == whole


def test_every_life_cycle_that_can_be_walked_is_a_piece() -> None:
    walks = [name for name, kind in pieces(subject(PLURAL)) if kind == "walk"]
    assert walks == ["plural.order", "plural.payment", "plural.refund"]
    assert not [name for name, kind in pieces(subject(PAYKUN)) if kind == "walk"]


@pytest.mark.parametrize(("kind", "failed"), [("example", False), ("directed", True), ("scenario", False)])
def test_a_fault_fails_the_piece_that_it_belongs_to(kind: str, failed: bool) -> None:
    assert run(PAYKUN, ("refundTransaction", kind), "over-refund").failed is failed


def test_a_gateway_that_never_answers_was_not_checked() -> None:
    class Silent:
        name, origin, provenance = "silence", "", "sandbox"

        def send(self, message: Message, *, write: bool) -> Reply:
            return Reply(message, None, "timeout", NOW_S, 0.0)

    for kind in ("example", "auth"):
        settings = Settings(only=("getTransaction",))
        with pytest.raises(NothingCheckedError):
            Piece(subject(PAYKUN), Silent(), settings, kind=kind).run()


def test_a_token_after_its_end_is_tried_by_the_piece_for_credentials_alone() -> None:
    assert run(PLURAL, ("getOrder", "auth"), "token-never-expires").failed
    assert not run(PLURAL, ("getOrder", "example"), "token-never-expires").failed
