"""YAML and JSON to data with line numbers and limits, and files written whole or not at all.

The only importer of yaml, and only inside the functions that need it. The public names are resolved on
first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from payproof.files.json_text import JsonProblem, parse_json, read_json
    from payproof.files.limits import Limits, Parsed, read_bytes
    from payproof.files.writing import write_atomic, write_data
    from payproof.files.yaml_dump import dump_yaml
    from payproof.files.yaml_text import read_yaml

__all__ = [
    "JsonProblem",
    "Limits",
    "Parsed",
    "dump_yaml",
    "parse_json",
    "read_bytes",
    "read_json",
    "read_yaml",
    "write_atomic",
    "write_data",
]

_HOME = {
    "JsonProblem": "json_text",
    "Limits": "limits",
    "Parsed": "limits",
    "dump_yaml": "yaml_dump",
    "parse_json": "json_text",
    "read_bytes": "limits",
    "read_json": "json_text",
    "read_yaml": "yaml_text",
    "write_atomic": "writing",
    "write_data": "writing",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"payproof.files.{_HOME[name]}"), name)
    globals()[name] = found
    return found
