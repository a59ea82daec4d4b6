"""What must hold between amounts, written as one comparison chain such as `0 < refunded < captured`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from payproof.errors import SpecError
from payproof.model import Evidence

Compare = Callable[[Decimal, Decimal], bool]
_OPERATORS: Mapping[str, Compare] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
_SPLIT = re.compile(r"\s*(<=|>=|!=|<|>|=)\s*")
_TERM = re.compile(r"[a-z][a-z_]*|\d+")


@dataclass(frozen=True, slots=True)
class MoneyRule:
    """A chain of comparisons between named amounts and whole numbers, with the claim it rests on."""

    text: str
    terms: tuple[str, ...]
    signs: tuple[str, ...]
    evidence: Evidence = "documented"
    claim: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The amounts it speaks of, in order, each once."""
        return tuple(dict.fromkeys(term for term in self.terms if not term.isdigit()))

    def holds(self, amounts: Mapping[str, Decimal]) -> bool | None:
        """Say whether the amounts satisfy it; None when those known neither break nor prove it."""
        values = [Decimal(term) if term.isdigit() else amounts.get(term) for term in self.terms]
        unknown = False
        for left, sign, right in zip(values, self.signs, values[1:], strict=False):
            if left is None or right is None:
                unknown = True
            elif not _OPERATORS[sign](left, right):
                return False
        return None if unknown else True


def parse_rule(
    text: str, evidence: Evidence = "documented", claim: str = "", *, where: str = ""
) -> MoneyRule:
    """Give the rule that `text` writes; raises SpecError when it is no comparison."""
    pieces = _SPLIT.split(text.strip())
    terms, signs = tuple(pieces[::2]), tuple(pieces[1::2])
    if not signs or not all(_TERM.fullmatch(term) for term in terms):
        raise SpecError(
            f"{text!r} is no comparison of amounts",
            where=where or "money",
            hint="write names and whole numbers between comparisons, as in 0 < refunded < captured",
        )
    return MoneyRule(text.strip(), terms, signs, evidence, claim)
