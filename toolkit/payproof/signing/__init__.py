"""Signing schemes as points in one space of named choices: explain, sign, verify, diagnose, seal, open.

The public names are resolved on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from payproof.signing.carry import attach, received_signature, sign_message
    from payproof.signing.diagnosis.answer import Diagnosis
    from payproof.signing.diagnosis.context import context_for
    from payproof.signing.diagnosis.diagnose import diagnose
    from payproof.signing.diagnosis.layers import diagnose_envelope
    from payproof.signing.envelope import Envelope, seal
    from payproof.signing.keys import Key, Keys
    from payproof.signing.opening import open_envelope
    from payproof.signing.recipe import Recipe
    from payproof.signing.scheme import load_scheme, scheme_for
    from payproof.signing.signer import Trace, explain, sign
    from payproof.signing.verdict import Verdict, verify

__all__ = [
    "Diagnosis",
    "Envelope",
    "Key",
    "Keys",
    "Recipe",
    "Trace",
    "Verdict",
    "attach",
    "context_for",
    "diagnose",
    "diagnose_envelope",
    "explain",
    "load_scheme",
    "open_envelope",
    "received_signature",
    "scheme_for",
    "seal",
    "sign",
    "sign_message",
    "verify",
]

_HOME = {
    "Diagnosis": "diagnosis.answer",
    "Envelope": "envelope",
    "Key": "keys",
    "Keys": "keys",
    "Recipe": "recipe",
    "Trace": "signer",
    "Verdict": "verdict",
    "attach": "carry",
    "context_for": "diagnosis.context",
    "diagnose": "diagnosis.diagnose",
    "diagnose_envelope": "diagnosis.layers",
    "explain": "signer",
    "load_scheme": "scheme",
    "open_envelope": "opening",
    "received_signature": "carry",
    "scheme_for": "scheme",
    "seal": "envelope",
    "sign": "signer",
    "sign_message": "carry",
    "verify": "verdict",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    # No module here shares its name with a public function: importing it would shadow the function.
    globals()[name] = value
    return value
