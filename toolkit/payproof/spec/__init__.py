"""OpenAPI documents as operations: load, resolve, match, validate.

`load` and `match` are the functions here; their modules are reached by their full names.
"""

from payproof.spec import validate as validate
from payproof.spec.document import Spec
from payproof.spec.load import load, loads
from payproof.spec.match import Match, match
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
