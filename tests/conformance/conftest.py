"""PayKun as a subject, with a clock that stands still."""

from __future__ import annotations

import pytest

from payproof import gateway
from payproof.conformance.signer import Signer
from payproof.conformance.subject import Subject
from payproof.gateway import Gateway

#: 20 November 2026, 12:00 UTC.
NOW_S = 1_795_176_000


@pytest.fixture(scope="session")
def paykun() -> Gateway:
    """The built-in PayKun."""
    return gateway.load("paykun")


@pytest.fixture
def signer(paykun: Gateway) -> Signer:
    """A signer with nothing fixed and nothing settled."""
    return Signer(Subject(paykun.spec, paykun.testbed, {}, NOW_S, 0))
