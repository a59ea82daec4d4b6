"""YAML and JSON to data with line numbers and limits, and files written whole or not at all.

The only importer of yaml, and only inside the functions that need it.
"""

from payproof.files.json_text import JsonProblem, parse_json, read_json
from payproof.files.limits import Limits, Parsed, read_bytes
from payproof.files.writing import write_atomic
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
]
