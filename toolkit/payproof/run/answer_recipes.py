"""The readings by which a gateway's replies and webhooks are verified."""

from __future__ import annotations

from payproof.conformance.signer import Signer
from payproof.signing import Recipe


def answer_recipes(signer: Signer) -> dict[str, list[Recipe]]:
    """Give the open readings of each signed reply and webhook by name, the default first."""
    found = {}
    for name, operation in signer.subject.spec.operations.items():
        readings = signer.readings(operation, "response")
        if readings.default is not None:
            found[name] = [reading.recipe for reading in readings.all]
    for name, operation in signer.subject.spec.webhooks.items():
        readings = signer.readings(operation, "webhook")
        if readings.default is not None:
            # Profiles are what SDKs make of the scheme; the gateway itself follows an open reading.
            found[name] = [reading.recipe for reading in readings.switched]
    return found
