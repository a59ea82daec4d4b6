"""OpenAPI documents as operations: load, resolve, match, validate.

The public names are resolved on first use, so that what only needs a document does not pay for validation;
all but `load`, whose module has the same name and would take its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payproof.spec.load import load, loads

if TYPE_CHECKING:
    from payproof.spec import validate as validate
    from payproof.spec.document import Spec
    from payproof.spec.matching import Match, match
    from payproof.spec.problem import Problem
    from payproof.spec.records import Operation, Parameter, Server, Switch

__all__ = [
    "Match",
    "Operation",
    "Parameter",
    "Problem",
    "Server",
    "Spec",
    "Switch",
    "load",
    "loads",
    "match",
    "validate",
]

_HOME = {
    "Match": "matching",
    "Operation": "records",
    "Parameter": "records",
    "Problem": "problem",
    "Server": "records",
    "Spec": "document",
    "Switch": "records",
    "match": "matching",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "validate":
        return import_module("payproof.spec.validate")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"payproof.spec.{_HOME[name]}"), name)
    globals()[name] = found
    return found
