"""Does a value that may not come twice get what the documents say: a refusal, or the first object again?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from payproof.checks.context import Context, place
from payproof.lifecycle.pointers import Body, first
from payproof.model import Finding, Interaction, Message, Severity
from payproof.rules import Example, rule


@rule(
    id="duplicate-answered-otherwise",
    severity=Severity.ERROR,
    summary="A reference that was used before met none of the answers that the documents name.",
    fix="refuse it as documented, or answer with the object that was made the first time",
    example=Example(input="the same order created twice, with two ids"),
)
def duplicate_is_answered(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Hold the answer to a repeated request against every reading of the documents that is open."""
    readings = interaction.tags.get("duplicates")
    former = interaction.tags.get("before")
    if not isinstance(readings, Mapping) or interaction.response is None or not former:
        return
    if any(_fits(one, interaction.response, former[-1]) for one in readings.values()):
        return
    yield duplicate_is_answered.rule.finding(  # type: ignore[attr-defined]
        place(interaction, "request", str(interaction.tags.get("address", ""))),
        f"a repeated reference was answered with status {interaction.response.status}",
        expected=" or ".join(readings),
        actual=str(interaction.response.status),
    )


def _fits(reading: Mapping[str, Any], answer: Message, former: Message) -> bool:
    body = _data(answer)
    if "same" in reading:
        pointer = str(reading["same"])
        mine, theirs = _at(pointer, body), _at(pointer, _data(former))
        return 200 <= answer.status < 300 and mine is not None and mine == theirs
    known = answer.status in [int(one) for one in reading.get("statuses") or (answer.status,)]
    code = reading.get("code")
    return answer.status >= 400 and known and (code is None or str(code).encode() in answer.body)


def _at(pointer: str, body: Any) -> Any:
    return first([pointer], Body(body, body))


def _data(message: Message) -> Any:
    try:
        return json.loads(message.body)
    except (ValueError, RecursionError):
        return None
