"""Rules of drift by what they look at: each one a function from a pair to Hits, with its row in `rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from payproof.drift.pair import Sense
from payproof.model import Severity
from payproof.rules import Example, Rule, rule

Look = Callable[[Any], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class DriftRule:
    """A registered rule and its function.

    Args:
        row: Its row in the registry.
        level: `node`, `member`, `body`, `operation` or `side`: what the function gets.
        sense: `out`, `in`, or empty for both.
        keyword: The part of a promise that a proposal has to change.
    """

    row: Rule
    look: Look
    level: str
    sense: Sense | str
    keyword: str


_ROWS: dict[str, DriftRule] = {}


def drift_rule(
    level: str,
    *,
    id: str,
    severity: Severity,
    summary: str,
    partner: str,
    promised: Any = None,
    observed: Any = None,
    sense: str = "",
    keyword: str = "",
    fix: str = "",
) -> Callable[[Look], Look]:
    """Register the decorated function as the rule that finds one kind of change.

    Args:
        partner: Id of the mirror rule, or `none: ` and why there is none.
        promised, observed: The example: two schemas, two parts of an operation or two documents, see
            `payproof.drift.example`.
    """

    def mark(function: Look) -> Look:
        def own(pair: Any) -> Iterable[Any]:
            return function(pair)

        example = Example(promised=promised, observed=observed)
        words = fix or _FIX[severity]
        marked = rule(
            id=id,
            severity=severity,
            summary=summary,
            fix=words,
            example=example,
            area="drift",
            partner=partner,
        )(own)
        _ROWS[id] = DriftRule(marked.rule, function, level, sense, keyword)  # type: ignore[attr-defined]
        return function

    return mark


_FIX = {
    Severity.ERROR: "ask the gateway whether this is meant; adapt the integration, then the spec (--propose)",
    Severity.WARNING: "see whether the integration minds; adapt the spec (--propose) or accept it (--accept)",
    Severity.NOTE: "nothing has to be done; adapt the spec (--propose) or accept it (--accept)",
}


@cache
def drift_rules() -> tuple[DriftRule, ...]:
    """Give every rule of drift, those of all modules in `payproof.drift.rules`."""
    package = import_module("payproof.drift.rules")
    for one in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{one.name}")
    return tuple(_ROWS[key] for key in sorted(_ROWS))


@cache
def rules_of(level: str, sense: str) -> tuple[DriftRule, ...]:
    """Give the rules that look at pairs of that level and sense."""
    return tuple(one for one in drift_rules() if one.level == level and one.sense in ("", sense))


@cache
def drift_rule_of(id: str) -> DriftRule:
    """Give one rule by its id."""
    drift_rules()
    return _ROWS[id]
