"""All lint rules over all entries, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from payproof.cassettes.lint import keeping, promises
from payproof.cassettes.lint.context import LintContext
from payproof.model import Finding, Interaction

Check = Callable[[LintContext, Interaction], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    promises.is_matched,
    promises.has_form,
    promises.is_signed,
    keeping.has_no_secret,
    keeping.has_no_card,
    keeping.is_recent,
    keeping.says_its_origin,
    keeping.is_new,
    keeping.is_used,
)


def lint(context: LintContext, interactions: Iterable[Interaction]) -> Iterator[Finding]:
    """Give every finding about every entry, in order; memory grows by one digest an entry."""
    for interaction in interactions:
        for check in CHECKS:
            yield from check(context, interaction)
