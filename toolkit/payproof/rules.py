"""The registry of rules: each id, severity, wording and example has its one home in a `@rule` row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from payproof.errors import UsageError
from payproof.model import Evidence, Finding, Location, Severity

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Example:
    """The smallest input that breaks the rule: its documentation and its test.

    Drift rules give `promised` and `observed` shapes; checks give the `input` of their test, as words or
    data.
    """

    promised: Any = None
    observed: Any = None
    input: Any = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding's rule id stands for.

    Args:
        id: Kebab-case statement of the fact found, such as `response-field-removed`.
        severity: The severity of its findings, unless the finding says otherwise or its evidence caps it.
        summary: One sentence: what was found.
        fix: What a reader should do about it.
        example: The smallest input that triggers exactly this rule.
        area: `check`, `drift`, `lint` or `run`: who raises it.
        rests_on: Evidence of the claim behind it, where that is the same for all its findings.
        partner: Id of the mirror rule (added/removed, request/response), or the written waiver.
    """

    id: str
    severity: Severity
    summary: str
    fix: str = ""
    example: Example = field(default_factory=Example)
    area: str = "check"
    rests_on: Evidence = "documented"
    partner: str = ""

    def finding(
        self, location: Location, message: str, *, severity: Severity | None = None, **more: Any
    ) -> Finding:
        """Make a finding of this rule at a place; `hint` defaults to the rule's `fix`.

        It is never worse than its evidence is sure, or the rule's own where the finding names none.
        """
        more.setdefault("hint", self.fix)
        more.setdefault("evidence", self.rests_on)
        wanted = self.severity if severity is None else severity
        return Finding(self.id, min(wanted, worst_of(more["evidence"])), location, message, **more)


def worst_of(evidence: str) -> Severity:
    """Give the worst that breaking a claim of that evidence can be: an error only where it is documented."""
    if evidence == "documented":
        return Severity.ERROR
    return Severity.NOTE if evidence == "unknown" else Severity.WARNING


_RULES: dict[str, Rule] = {}


def register(row: Rule) -> Rule:
    """Add a rule; ids are unique, and no rule is worse than its evidence is sure."""
    if row.id in _RULES:
        raise ValueError(f"rule {row.id!r} is registered twice")
    if row.severity > worst_of(row.rests_on):
        raise ValueError(f"rule {row.id!r} is worse than what is only {row.rests_on} allows")
    _RULES[row.id] = row
    return row


def rule(
    *,
    id: str,
    severity: Severity,
    summary: str,
    fix: str = "",
    example: Example | None = None,
    area: str = "check",
    rests_on: Evidence = "documented",
    partner: str = "",
) -> Callable[[F], F]:
    """Register the decorated function's rule and hang it on the function as `.rule`."""
    row = register(Rule(id, severity, summary, fix, example or Example(), area, rests_on, partner))

    def mark(function: F) -> F:
        function.rule = row  # type: ignore[attr-defined]
        return function

    return mark


def all_rules() -> Mapping[str, Rule]:
    """Give every rule registered so far by id, sorted."""
    return dict(sorted(_RULES.items()))


def get(rule_id: str) -> Rule:
    """Give one rule; raises UsageError with the nearest ids when there is none of that name."""
    if rule_id in _RULES:
        return _RULES[rule_id]
    import difflib

    near = difflib.get_close_matches(rule_id, _RULES, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else "`payproof rules` lists them"
    raise UsageError(f"there is no rule {rule_id!r}", where="rule id", hint=hint)
