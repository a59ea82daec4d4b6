"""Every typical fault, by area."""

from __future__ import annotations

from tests.plugin.faults.fault import Fault
from tests.plugin.faults.reading import READING
from tests.plugin.faults.receiving import RECEIVING
from tests.plugin.faults.requests_sent import SHAPES
from tests.plugin.faults.signatures_sent import SIGNATURES

AREAS: dict[str, tuple[Fault, ...]] = {
    "What is sent": SHAPES,
    "How it is signed": SIGNATURES,
    "What is made of answers": READING,
    "How webhooks are received": RECEIVING,
}
ALL = {fault.id: fault for faults in AREAS.values() for fault in faults}
