"""The report for programs that read line by line: the run, each operation, each finding.

`$defs/line` of `report.schema.json` beside this file describes a line.
"""

from __future__ import annotations

from payproof.report.json import dumped, finding_data, operation_data, run_data
from payproof.report.result import Result


def render(result: Result, *, colour: bool = False, verbose: bool = False) -> str:
    """Give the result as one JSON object a line, in plain ASCII; the arguments change nothing."""
    lines = [
        {"type": "run", **run_data(result)},
        *({"type": "operation", **operation_data(result, name)} for name in result.operations),
        *({"type": "finding", **finding_data(one)} for one in result.findings),
    ]
    return "".join(f"{dumped(line)}\n" for line in lines)
