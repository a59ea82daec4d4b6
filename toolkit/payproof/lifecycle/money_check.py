"""Do the amounts of an object add up, at each observation and with the objects that belong to it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from payproof.lifecycle import rulebook
from payproof.lifecycle.money import MoneyRule
from payproof.lifecycle.observe import Observation
from payproof.lifecycle.table import LifeCycle
from payproof.model import Finding, Location, Severity

Key = tuple[str, str]


def child_amounts(
    cycles: Mapping[str, LifeCycle], observed: Iterable[Observation]
) -> dict[Key, dict[str, Decimal]]:
    """Give, for each parent, what its children add up to: the refunds of an order, say.

    A child counts once, with its largest observed amount, if it was ever seen in a state that counts.
    """
    largest: dict[tuple[Key, str, str], Decimal] = {}
    for one in observed:
        count = cycles[one.life_cycle].counts
        if count is None or not one.parent or one.status not in count.states or count.amount not in one.money:
            continue
        child = ((count.life_cycle, one.parent), count.amount, one.subject)
        largest[child] = max(largest.get(child, Decimal(0)), one.money[count.amount])
    sums: dict[Key, dict[str, Decimal]] = {}
    for (parent, name, _), amount in largest.items():
        sums.setdefault(parent, {}).setdefault(name, Decimal(0))
        sums[parent][name] += amount
    return sums


class MoneyBook:
    """What is known of one object's amounts while its observations are read in order.

    Args:
        children: What its children add up to; a bound only, because unseen children may exist.
    """

    def __init__(self, cycle: LifeCycle, children: Mapping[str, Decimal]) -> None:
        self.cycle, self.children = cycle, children
        self.known: dict[str, Decimal] = {}
        self.reported: set[str] = set()

    def check(self, one: Observation) -> Iterator[Finding]:
        """Give what does not add up at this observation.

        Rules of the whole life cycle are judged with the newest amount of each name. A state's own rules
        are judged only with the amounts which stand beside that state: older refunds would accuse wrongly.
        """
        for name in one.unreadable:
            message = f"the amount {name!r} is no number in {_UNIT[self.cycle.amounts]}"
            yield rulebook.MONEY_UNREADABLE.finding(_spot(one, name), message, case=one.where)
        self.known.update(one.money)
        for rule in self.cycle.money:
            if rule.holds(self.known) is False:
                yield from self._broken(one, rule, self.known)
        state = self.cycle.states.get(one.status)
        for rule in state.money if state else ():
            if rule.holds(one.money) is False:
                yield from self._broken(one, rule, one.money)

    def finish(self, last: Observation) -> Iterator[Finding]:
        """Give the bounds which the children break, with the newest amounts; call it last."""
        amounts = {**self.known, **self.children}
        for rule in self.cycle.money:
            if set(rule.names) & set(self.children) and rule.holds(amounts) is False:
                yield from self._broken(last, rule, amounts)

    def _broken(self, one: Observation, rule: MoneyRule, amounts: Mapping[str, Decimal]) -> Iterator[Finding]:
        values = ", ".join(f"{name} = {amounts[name]}" for name in rule.names if name in amounts)
        if f"{rule.text} {values}" in self.reported:
            return
        self.reported.add(f"{rule.text} {values}")
        severity = Severity.ERROR if rule.evidence == "documented" else Severity.WARNING
        yield rulebook.MONEY.finding(
            _spot(one, rule.text),
            f"in {one.status}, {rule.text} does not hold: {values}",
            severity=severity,
            expected=rule.text,
            actual=values,
            evidence=rule.evidence,
            claim=rule.claim,
            case=one.where,
        )


_UNIT = {"minor": "integer minor units", "decimal": "decimal form"}


def _spot(one: Observation, pointer: str) -> Location:
    source = f"{one.subject} at {one.where}" if one.where else one.subject
    return Location(one.operation, one.life_cycle, f"money: {pointer}", source)
