"""What became of a step that depends on an unsettled switch: a setting may explain it, or none does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from payproof.conformance.things import Stuck
from payproof.lifecycle import LifeCycle, Transition, View
from payproof.lifecycle.table import Availability
from payproof.spec import Spec


def never(
    cycle: LifeCycle, stuck: Stuck, spec: Spec, fixed: Mapping[str, str], availability: Availability
) -> bool:
    """Say whether an operation ended in a status that it has under no setting of the open switches.

    Outside events are left alone: whether one happened at all, nobody can see. A setting under which the
    documents do not foresee the operation excuses whatever came of it.
    """
    if stuck.row.trigger not in spec.operations:
        return False
    facts = {**stuck.facts, **{name: some[0] for name, some in stuck.row.when.items()}}
    for settings in _settings(cycle, stuck.row, spec, fixed):
        view = View(cycle, facts, settings, availability)
        rows = [row for row in view.leaving(stuck.row.source, 1) if row.trigger == stuck.row.trigger]
        if not rows or any(stuck.status in view.paths(row.target, 1) for row in rows):
            return False
    return True


def _settings(
    cycle: LifeCycle, stuck: Transition, spec: Spec, fixed: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Give every way to settle the open switches on which the operation's rows from there depend."""
    rivals = [row for row in cycle.transitions if (row.source, row.trigger) == (stuck.source, stuck.trigger)]
    names = dict.fromkeys(name for row in rivals for name in row.switch if name not in fixed)
    for values in product(*(spec.switches[name].settings for name in names)):
        yield {**fixed, **dict(zip(names, values, strict=True))}
