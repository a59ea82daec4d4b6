"""What several answers show together: pages that add up, filters, reads that agree, money that stays.

Each judge takes the interactions of one scenario, in order, and gives findings with the interaction that
shows each. Interactions without a success say nothing here; what they deserve is another check's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from payproof.checks.asked import MISSING, data_of, like, number, same, value_at, values_at
from payproof.checks.context import Context, place
from payproof.model import Finding, Interaction, Severity
from payproof.rules import Example, Rule, register, rule

Shown = Iterator[tuple[Finding, Interaction]]

_FILTER_NONE = register(
    Rule(
        "date-filter-ignored",
        Severity.ERROR,
        "A date filter changes nothing, in whatever format the date is written.",
        fix="apply the documented date filters, or refuse a date that cannot be read",
        example=Example(input={"start_date": "2099-01-01", "orders": "all of them"}),
    )
)
_DROPS = register(
    Rule(
        "filter-drops-records",
        Severity.ERROR,
        "A filter leaves out records that have the value asked for.",
        fix="give every record that fits, whatever page or index the filter uses",
        example=Example(input={"whole list": ["Success", "Success"], "status=Success": ["Success"]}),
    )
)
_DIFFERS = register(
    Rule(
        "read-disagrees-with-list",
        Severity.ERROR,
        "A list and a read show the same thing with different values.",
        fix="serve both from the same record",
        example=Example(input={"list": {"gross_amount": 11}, "read": {"gross_amount": 1100}}),
    )
)
_CONSERVED = register(
    Rule(
        "amount-not-conserved",
        Severity.WARNING,
        "What was paid is shown with another amount, state kept, after a write that does not change it.",
        fix="keep the amount of a payment; show what was given back in a field of its own",
        example=Example(input={"before the refund": 1000, "after": 999}),
        rests_on="inferred",
    )
)


@rule(
    id="list-pages-disagree",
    severity=Severity.ERROR,
    summary="The pages of a list together are not the list.",
    fix="page over a stable order, and count the total once for all pages",
    example=Example(input={"total": 12, "records on all pages": 11}),
)
def pages_add_up(context: Context, interactions: Sequence[Interaction]) -> Shown:
    """Compare the pages with each other, with their totals and with the whole list."""
    seen: list[Any] = []
    pages = [one for one in _good(context, interactions) if "page" in one.tags]
    for interaction in pages:
        for _, note, holder in _lists(context, interaction):
            ids = [value_at(item, note["id"]) for item in value_at(holder, note["items"]) if "id" in note]
            twice = next((one for one in ids if one in seen), None)
            if twice is not None:
                yield _found("a record stands on two pages", interaction, "once", twice, note)
            seen += ids
    if not pages or len(pages) != sum("page" in one.tags for one in interactions):
        return
    for _, note, holder in _lists(context, pages[-1]):
        total = number(value_at(holder, note["total"])) if "total" in note else None
        if total is not None and "id" in note and total != len(seen):
            message = "all pages together do not have the total's records"
            yield _found(message, pages[-1], total, len(seen), note)


def _found(
    message: str, interaction: Interaction, expected: Any, actual: Any, note: Mapping[str, Any]
) -> tuple[Finding, Interaction]:
    row: Rule = pages_add_up.rule  # type: ignore[attr-defined]
    spot, evidence = place(interaction, "response", "pages"), note.get("x-evidence") or "documented"
    found = row.finding(spot, message, evidence=evidence, expected=str(expected), actual=str(actual))
    return found, interaction


def filters_keep(context: Context, interactions: Sequence[Interaction]) -> Shown:
    """Find records of the whole list that a filter for their own value left out."""
    whole: list[Any] = []
    for interaction in _good(context, interactions):
        for _, note, holder in _lists(context, interaction):
            items = value_at(holder, note["items"])
            if interaction.tags.get("whole"):
                total = number(value_at(holder, note["total"])) if "total" in note else len(items)
                whole = items if total == len(items) else []
            elif "value" in interaction.tags and "id" in note:
                pointer, value = note["filters"][interaction.tags["address"]], interaction.tags["value"]
                have = [value_at(item, note["id"]) for item in items]
                lost = [one for one in whole if like(value_at(one, pointer), value)]
                missing = [one for one in lost if value_at(one, note["id"]) not in have]
                if missing:
                    spot = place(interaction, "response", str(interaction.tags["address"]))
                    message = f"{len(missing)} records with this {interaction.tags['address']} are missing"
                    yield (
                        _DROPS.finding(spot, message, expected=str(len(lost)), actual=str(len(have))),
                        interaction,
                    )


def dates_filter(context: Context, interactions: Sequence[Interaction]) -> Shown:
    """Find a date filter that keeps every record although all lie outside, however the date is written."""
    sizes: dict[str, list[tuple[int, Interaction]]] = {}
    for interaction in _good(context, interactions):
        for _, note, holder in _lists(context, interaction):
            here = len(value_at(holder, note["items"]))
            sizes.setdefault(str(interaction.tags.get("address", "")), []).append((here, interaction))
    for address, rows in sizes.items():
        if address and all(size > 0 for size, _ in rows):
            interaction = rows[0][1]
            spot = place(interaction, "request", address)
            message = f"{address} lies beyond every record, and none is left out, in {len(rows)} formats"
            yield (
                _FILTER_NONE.finding(spot, message, expected="no records", actual=str(rows[0][0])),
                interaction,
            )


def reads_agree(context: Context, interactions: Sequence[Interaction]) -> Shown:
    """Compare a list's records with what reading each of them gives."""
    items: list[Any] = []
    same_note: Mapping[str, Any] = {}
    for interaction in _good(context, interactions):
        if interaction.tags.get("whole"):
            for _, note, holder in _lists(context, interaction):
                items, same_note = value_at(holder, note["items"]), note.get("same") or {}
        elif interaction.tags.get("row", len(items)) < len(items):
            row, read = items[interaction.tags["row"]], data_of(interaction.response)
            for pointer, other in (same_note.get("fields") or {}).items():
                listed, shown = value_at(row, pointer), value_at(read, other)
                if MISSING not in (listed, shown) and not same(listed, shown):
                    spot = place(interaction, "response", other)
                    message = f"the list shows {pointer} as another value"
                    yield (
                        _DIFFERS.finding(spot, message, expected=str(listed), actual=str(shown)),
                        interaction,
                    )


def amounts_stay(context: Context, interactions: Sequence[Interaction]) -> Shown:
    """Compare what a thing's read shows as paid before and after a write."""
    steps = {str(one.tags.get("step")): one for one in _good(context, interactions)}
    if not {"before", "write", "after"} <= set(steps):
        return
    before, after = data_of(steps["before"].response), data_of(steps["after"].response)
    for pointer in _amounts(context):
        old, new = value_at(before, pointer), value_at(after, pointer)
        if MISSING not in (old, new) and not same(old, new):
            spot = place(steps["after"], "response", pointer)
            message = f"{pointer} changed by {steps['write'].operation}"
            yield _CONSERVED.finding(spot, message, expected=str(old), actual=str(new)), steps["after"]


def _amounts(context: Context) -> Iterator[str]:
    """Give the pointers at which the life cycles say that the whole amount stands."""
    for cycle in context.spec.life_cycles.values():
        for row in cycle.get("observe") or ():
            pointer = (row.get("money") or {}).get("amount") if "each" not in row else None
            if isinstance(pointer, str):
                yield pointer


def _good(context: Context, interactions: Sequence[Interaction]) -> list[Interaction]:
    return [one for one in interactions if context.outcome(one) == "success"]


def _lists(context: Context, interaction: Interaction) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Give (pointer, annotation, holder) of each list that an answer really holds."""
    operation = context.operation(interaction)
    if operation is None or interaction.response is None:
        return
    data = data_of(interaction.response)
    for pointer, note, _ in context.notes(operation, interaction.response.status, "x-list"):
        for _, holder in values_at(data, pointer):
            if isinstance(value_at(holder, note["items"]), list):
                yield pointer, note, holder


JUDGES: Mapping[str, Callable[[Context, Sequence[Interaction]], Shown]] = {
    "pages": pages_add_up,
    "filters": filters_keep,
    "dates": dates_filter,
    "same": reads_agree,
    "conserved": amounts_stay,
}


def judge_sequence(context: Context, kind: str, interactions: Sequence[Interaction]) -> Shown:
    """Give what a scenario's answers show together, each with the interaction that shows it."""
    yield from JUDGES[kind](context, interactions)
