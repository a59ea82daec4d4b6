"""Do the amounts of one answer add up, by the money rules of the life cycles?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from payproof.checks.context import Context
from payproof.lifecycle import LifeCycle, from_interactions, judge
from payproof.lifecycle.rulebook import MONEY
from payproof.model import Finding, Interaction, Severity


def money_adds_up(
    cycles: Mapping[str, LifeCycle],
) -> Callable[[Context, Interaction], Iterator[Finding]]:
    """Give the check of a gateway with these life cycles."""

    def check(context: Context, interaction: Interaction) -> Iterator[Finding]:
        # What a walk sees is judged there, with everything that went before it.
        if interaction.kind == "walk" or context.outcome(interaction) != "success":
            return
        for judgement in judge(cycles, from_interactions([interaction], cycles)):
            for finding in judgement.findings:
                if finding.rule == MONEY.id and finding.severity > Severity.NOTE:
                    yield finding

    return check
