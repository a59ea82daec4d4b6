"""Pairwise combinations: every two optional parameters of an operation together, and each without the other.

Servers are tried with all filters or none, and fail on the two that nobody set together. A few requests cover
every pair of optional parameters in all four combinations of being there or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

from payproof.conformance.case import Case
from payproof.conformance.documented import example_of, first
from payproof.conformance.draft import ABSENT, Absent, Draft
from payproof.conformance.judge import judge_form
from payproof.conformance.schemas import body_schema, properties, required, schema_of
from payproof.conformance.signer import Signer
from payproof.errors import ToolkitError
from payproof.model import Expectation
from payproof.spec import Operation

#: More optional values than this are not combined; the pairs of the first ones are.
MOST_FACTORS = 24


def pairwise(signer: Signer, operation: Operation) -> Iterator[Case]:
    """Give the cases that cover every pair of an operation's optional parameters."""
    values = dict(_optional(signer, operation))
    names = list(values)[:MOST_FACTORS]
    for number, row in enumerate(covering(len(names)), 1):
        draft = first(signer.subject, operation)
        for name, there in zip(names, row, strict=True):
            draft = draft.put(name, values[name] if there else ABSENT)
        made = _case(signer, draft, number, [name for name, there in zip(names, row, strict=True) if there])
        if made is not None:
            yield made


def covering(factors: int) -> list[tuple[bool, ...]]:
    """Give rows of yes and no in which every two factors take all four combinations; none for one factor.

    Greedy and without chance: the same rows every time.
    """
    if factors < 2:
        return []
    missing = {
        (left, right, a, b)
        for left, right in combinations(range(factors), 2)
        for a, b in product((True, False), repeat=2)
    }
    rows: list[tuple[bool, ...]] = []
    while missing:
        row = _best(factors, missing)
        rows.append(row)
        missing -= {(left, right, row[left], row[right]) for left, right in combinations(range(factors), 2)}
    return rows


def _best(factors: int, missing: set[tuple[int, int, bool, bool]]) -> tuple[bool, ...]:
    """Give a row that covers one missing pair and, factor by factor, as many others as it can."""
    left, right, first_value, second_value = min(missing)
    row: dict[int, bool] = {left: first_value, right: second_value}
    for factor in range(factors):
        if factor not in row:
            row[factor] = max((True, False), key=lambda value: _gain(row, factor, value, missing))
    return tuple(row[factor] for factor in range(factors))


def _gain(row: dict[int, bool], factor: int, value: bool, missing: set[tuple[int, int, bool, bool]]) -> int:
    pairs = (
        (other, factor, row[other], value) if other < factor else (factor, other, value, row[other])
        for other in row
    )
    return sum(pair in missing for pair in pairs)


def _optional(signer: Signer, operation: Operation) -> Iterator[tuple[str, Any]]:
    """Give (address, documented value) of each parameter and member that a request may leave out."""
    draft = first(signer.subject, operation)
    signature = signer.signature_address(operation)
    for one in operation.parameters:
        address = f"query/{one.name}"
        if one.where == "query" and not one.required and address != signature:
            shown = draft.get(address)
            yield address, shown if not isinstance(shown, Absent) else _example(one.raw, schema_of(one))
    if isinstance(draft.body, dict):
        schema = body_schema(operation, draft.media_type)
        for name, one_schema in properties(schema).items():
            address = f"body/{name.replace('~', '~0').replace('/', '~1')}"
            if name not in required(schema) and address != signature:
                shown = draft.get(address)
                yield address, shown if not isinstance(shown, Absent) else example_of(one_schema)


def _example(raw: Any, schema: Any) -> Any:
    return raw["example"] if "example" in raw else example_of(schema)


def _case(signer: Signer, draft: Draft, number: int, there: Sequence[str]) -> Case | None:
    operation = draft.operation
    try:
        message = signer.sign(signer.unsigned(draft))
    except ToolkitError:
        # What was left out is needed for signing.
        return None
    why = f"optional values together: {', '.join(there) or 'none'}"
    expect = judge_form(signer, operation, message) or Expectation("open", why, evidence="unknown")
    return Case(
        name=f"{operation.id}/directed/pairs-{number}",
        operation=operation.id,
        kind="directed",
        message=message,
        expect=expect,
        write=operation.is_write,
        tags={"pairs": tuple(there)},
    )
