"""Does an answer show what must stay inside: a key, a stack trace, a page of HTML?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from payproof.checks.context import Context, place
from payproof.model import Finding, Interaction, Severity
from payproof.rules import Example, rule

_TRACES = re.compile(
    rb"Traceback \(most recent call last\)|\n\s+at [\w.$<>]+\([\w./]+:\d+|#\d+ /[\w/.-]+\.php\(\d+\)"
    rb"|Stack trace:|\bat [\w.]+ in [A-Z]:\\|goroutine \d+ \[|Whoops, looks like something went wrong"
    rb"|SQLSTATE\[|ORA-\d{5}|in <b>/[\w/.-]+</b> on line <b>"
)
_PAGE = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)
#: Shorter texts occur by chance.
_MIN_SECRET = 8


@rule(
    id="secret-in-response",
    severity=Severity.WARNING,
    summary="An answer shows a key or credential of the merchant.",
    fix="never send keys back, in errors least of all; change the key that was shown",
    example=Example(input='{"errorMessage": "no merchant has the token 5A3B..."}'),
    rests_on="inferred",
)
def no_secret(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Find secrets in the body of any answer."""
    body = interaction.response.body if interaction.response is not None else b""
    for role, text in context.secrets.items():
        if len(text) >= _MIN_SECRET and text.encode("utf-8", "replace") in body:
            yield no_secret.rule.finding(  # type: ignore[attr-defined]
                place(interaction, "response", role), f"the answer's body holds the merchant's {role}"
            )


@rule(
    id="internals-in-response",
    severity=Severity.WARNING,
    summary="An answer shows a stack trace or a database error.",
    fix="log it, and answer with a documented error",
    example=Example(input="Traceback (most recent call last): ..."),
    rests_on="inferred",
)
def no_internals(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Find what web frameworks print when they fail."""
    body = interaction.response.body if interaction.response is not None else b""
    found = _TRACES.search(body[:200_000])
    if found:
        shown = found.group()[:80].decode("utf-8", "replace").strip()
        yield no_internals.rule.finding(  # type: ignore[attr-defined]
            place(interaction, "response", "body"), "the answer's body holds a stack trace", actual=shown
        )


@rule(
    id="html-in-response",
    severity=Severity.WARNING,
    summary="An answer is a web page where programs expect data.",
    fix="answer with the documented content type, errors included",
    example=Example(input="<!DOCTYPE html><title>500</title>"),
    rests_on="inferred",
)
def no_page(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Find pages of HTML, unless the documents name that content type."""
    response, operation = interaction.response, context.operation(interaction)
    if response is None or not _PAGE.match(response.body):
        return
    documented = (operation.responses.get(str(response.status)) or {}) if operation is not None else {}
    if "text/html" not in (documented.get("content") or {}):
        yield no_page.rule.finding(  # type: ignore[attr-defined]
            place(interaction, "response", "body"), f"status {response.status} came with a web page"
        )
