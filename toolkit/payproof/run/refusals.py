"""What a walk expects to be refused, and how sure the documents are of it."""

from __future__ import annotations

from payproof.lifecycle import Forbidden, LifeCycle, best_evidence
from payproof.model import Evidence, Expectation

_OPERATION_RULE, _MONEY_RULE = "life-cycle-operation-not-allowed", "limit-not-cumulative"


def refusal(ban: Forbidden) -> Expectation:
    """Give what a forbidden operation should meet, as sure as the table is of it."""
    why = f"the life cycle does not allow it in {ban.state}"
    if ban.planned:
        # As sure as both: that the operation works nowhere else, and that the announced row is not there yet.
        sure = ban.evidence if best_evidence(ban.planned) == "documented" else best_evidence(ban.planned)
        return Expectation("refused", f"{why}; it is only planned", _OPERATION_RULE, sure)
    return Expectation("refused", why, _OPERATION_RULE, ban.evidence)


def overdrawn(cycle: LifeCycle, amount: str) -> Expectation:
    """Give what asking for more than is left of an amount should meet."""
    rules = [rule for rule in cycle.money if amount in rule.names]
    evidence: Evidence = rules[-1].evidence if rules else "inferred"
    return Expectation("refused", f"it is more than what is left of {amount}", _MONEY_RULE, evidence)
