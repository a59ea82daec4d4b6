"""Does an answer speak of what was asked for: the same ids, the same merchant, the amounts that are known?

The schema says which values must agree, by `x-agrees`: `with` names the request's value, `fact` a key of the
test bed's role whose id was asked for, such as the amount of a known transaction. `default` says that a
member which was left out counts as the default of the request's own schema; `among` and `at` that a list
shows each of the values that the request names, whatever else it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payproof.checks.asked import (
    MISSING,
    Asked,
    asked_values,
    data_of,
    default_of,
    number,
    same,
    values_at,
)
from payproof.checks.context import Context, place
from payproof.model import Finding, Interaction, Severity
from payproof.rules import Example, Rule, register, rule

_FACT = register(
    Rule(
        "answer-against-the-facts",
        Severity.ERROR,
        "An answer disagrees with what the test bed knows about the thing asked for.",
        fix="send the recorded value, in the same unit; or correct the test bed if it is out of date",
        example=Example(input={"paid": "11", "gross_amount": 1100}),
    )
)


@rule(
    id="answer-not-as-asked",
    severity=Severity.ERROR,
    summary="An answer names another thing than the request asked for.",
    fix="answer about the id, merchant or amount that was asked for",
    example=Example(input={"asked": "88253-41453-72735-05390", "payment_id": "88253-41453-72735-00000"}),
)
def answer_agrees(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Compare a success with the values that the request asked for, and with known facts."""
    operation = context.operation(interaction)
    if operation is None or interaction.response is None or context.outcome(interaction) != "success":
        return
    asked = Asked(operation, interaction.request)
    alike = context.repeats.earlier(asked)
    notes = context.notes(operation, interaction.response.status, "x-agrees")
    data = data_of(interaction.response) if notes else MISSING
    for pointer, note, schema in notes:
        for at, value in values_at(data, pointer):
            evidence = note.get("x-evidence") or schema.get("x-evidence") or "documented"
            if "with" in note:
                wanted = [_asked_for(one, note) for one in (asked, *alike)]
                yield from _as_asked(interaction, wanted, note["with"], at, value, evidence)
            if "among" in note:
                yield from _among(interaction, [asked, *alike], note, at, value, evidence)
            if "fact" in note:
                yield from _as_known(context, interaction, asked, note["fact"], at, value)


def _asked_for(asked: Asked, note: Mapping[str, Any]) -> Any:
    """Give what the request names, or the documented default where it has the member left out.

    Null asks for nothing: a gateway may read it as if the member were left out.
    """
    found = asked.get(note["with"])
    if found is None:
        return MISSING
    if found is not MISSING or "default" not in note or not isinstance(data_of(asked.request), Mapping):
        return found
    # A read of the same thing says nothing of the member: only who may name it can leave it out.
    return default_of(asked.operation, note["with"])


def _among(
    interaction: Interaction,
    askers: list[Asked],
    note: Mapping[str, Any],
    at: str,
    value: Any,
    evidence: str,
) -> Iterator[Finding]:
    """Find the values that the request names and the list does not show, nor those of what it repeats."""
    shown = [one for _, one in values_at(value, note["at"])]
    lists = [list(asked_values(one, note["among"])) for one in askers]
    missing = [[one for one in row if not any(same(one, seen) for seen in shown)] for row in lists]
    if not shown or not all(missing):
        return
    yield answer_agrees.rule.finding(  # type: ignore[attr-defined]
        place(interaction, "response", at + note["at"]),
        f"{at} does not show the {note['among']} of the request",
        evidence=evidence,
        expected=str(missing[0][0]),
        actual=", ".join(map(str, shown)),
    )


def _as_asked(
    interaction: Interaction, wanted: list[Any], address: str, at: str, value: Any, evidence: str
) -> Iterator[Finding]:
    """Compare with the request, whose value stands first, and with what it may repeat."""
    if wanted[0] is MISSING or any(one is MISSING or same(value, one) for one in wanted):
        return
    yield answer_agrees.rule.finding(  # type: ignore[attr-defined]
        place(interaction, "response", at),
        f"{at} is not the {address} of the request",
        evidence=evidence,
        expected=str(wanted[0]),
        actual=str(value),
    )


def _as_known(
    context: Context, interaction: Interaction, asked: Asked, key: str, at: str, value: Any
) -> Iterator[Finding]:
    for name, role in context.roles.items():
        if key not in role or not _is_about(asked, role) or _agrees(value, role[key]):
            continue
        yield _FACT.finding(
            place(interaction, "response", at),
            f"{at} is not the {key} that the test bed names for {name}",
            expected=str(role[key]),
            actual=str(value),
        )


def _is_about(asked: Asked, role: Mapping[str, Any]) -> bool:
    """Say whether the request's path names exactly what the role stands for."""
    names = [one.name for one in asked.operation.parameters if one.where == "path"]
    return bool(names) and all(
        name in role and str(asked.get(f"path/{name}")) == role[name] for name in names
    )


def _agrees(value: Any, known: Any) -> bool:
    # A test bed writes amounts as texts, compared by value; an id is compared digit by digit.
    left, right = number(value), number(known)
    if left is not None and right is not None and (not isinstance(value, str) or "." in f"{value}{known}"):
        return left == right
    return str(value).strip().casefold() == str(known).strip().casefold()
