"""May this be kept at all, and is it still worth keeping?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from payproof.cassettes.journal_lines import entry_line
from payproof.cassettes.lint.context import LintContext, at, short_source
from payproof.cassettes.redaction.detect import cards, spans
from payproof.cassettes.redaction.json_spans import Leaf, NotJson, leaves, pointer
from payproof.cassettes.redaction.marks import body_schemas, by_name
from payproof.cassettes.redaction.pseudonyms import is_test_card
from payproof.cassettes.redaction.traces import shown
from payproof.model import Finding, Interaction, Message, Severity
from payproof.rules import Example, rule
from payproof.spec.marks import secrets as secrets_in

#: Traffic in which there is nobody's secret.
_HARMLESS = frozenset({"sandbox", "documentation", "generated", "mocked"})


@rule(
    id="recording-secret",
    severity=Severity.ERROR,
    summary="An entry holds a key, token or credential.",
    fix="change the key that was exposed, then run `payproof cassette redact` on the file",
    example=Example(input={"headers": {"AccessToken": "C4F7E1A9..."}, "provenance": "live"}),
    area="lint",
)
def has_no_secret(context: LintContext, interaction: Interaction) -> Iterator[Finding]:
    """Find the caller's own keys in any encoding, and credentials neither redacted nor made for tests."""
    line = entry_line(interaction)
    ours = set(context.test_keys.values())
    for role, text in context.secrets.items():
        if text not in ours and shown(line, [text]):
            yield has_no_secret.rule.finding(at(interaction, "", role), f"the real {role} stands in it")  # type: ignore[attr-defined]
    if interaction.provenance in _HARMLESS:
        return
    redacted = {str(place).lower() for place in interaction.tags.get("redacted") or ()}
    for place, value in _credentials(context, interaction):
        if value not in ours and place.lower() not in redacted:
            part, _, inner = place.partition(" ")
            yield has_no_secret.rule.finding(  # type: ignore[attr-defined]
                at(interaction, part, inner), f"{inner} was not redacted and is no test key"
            )


def _credentials(context: LintContext, interaction: Interaction) -> Iterator[tuple[str, str]]:
    for row in context.spec.rows("/components/securitySchemes").values():
        name = "Authorization" if row.get("type") == "http" else str(row.get("name", ""))
        value = (
            interaction.request.header(name)
            if row.get("type") == "http" or row.get("in") == "header"
            else None
        )
        if value:
            yield f"request header/{name}", value.removeprefix("Bearer ").strip()
    for name in ("Cookie", "Proxy-Authorization"):
        if interaction.request.header(name):
            yield f"request header/{name}", interaction.request.header(name) or ""
    operation, _ = context.operation(interaction)
    for part, message in (("request", interaction.request), ("response", interaction.response)):
        for schema in body_schemas(operation, message.status, message.media_type) if message else ():
            for path, value in secrets_in(context.spec, schema, _data(message)).items():
                if isinstance(value, str) and value:
                    yield f"{part} body/{'/'.join(map(str, path))}", value
        for name, value in message.headers if message else ():
            yield from ((f"{part} header/{name}", one) for one in _secrets_within(value))
        for leaf in _leaves(message.body.decode("utf-8", "replace")) if message else ():
            place = f"{part} body{pointer(leaf.path)}"
            yield from ((place, one) for one in _secrets_within(leaf.value) if leaf.kind == "text")


def _secrets_within(text: str) -> Iterator[str]:
    """Give what is named or looks like a secret in free text, or in JSON that stands in it."""
    for leaf in _leaves(text) if text.lstrip()[:1] in ("{", "[") else ():
        if leaf.kind != "key" and leaf.path and by_name(str(leaf.path[-1])) in ("secret", "cvv", "card"):
            yield leaf.value
    yield from (text[span.start : span.end] for span in spans(text) if span.kind == "secret")


def _leaves(text: str) -> list[Leaf]:
    try:
        return leaves(text)
    except NotJson:
        return []


def _data(message: Message | None) -> Any:
    try:
        return json.loads(message.body) if message else None
    except (ValueError, RecursionError):
        return None


def _texts(message: Message) -> dict[str, list[str]]:
    """Give what can be read in a message, by place; values of JSON one by one, and without their escapes."""
    body = message.body.decode("utf-8", "replace")
    values = [leaf.value for leaf in _leaves(body)] or [body, unquote_plus(body)]
    headers = [value for _, value in message.headers]
    return {"target": [unquote_plus(message.target)], "headers": headers, "body": values}


@rule(
    id="recording-card",
    severity=Severity.ERROR,
    summary="An entry holds a card number that is not published for tests.",
    fix="delete the file and its history, then record again through `payproof cassette record`",
    example=Example(input={"body": {"note": "paid with 5264 1901 1234 5672"}}),
    area="lint",
)
def has_no_card(context: LintContext, interaction: Interaction) -> Iterator[Finding]:
    """Find digits that a card has, in any text of the entry."""
    for part, message in (("request", interaction.request), ("response", interaction.response)):
        if message is None:
            continue
        for place, texts in _texts(message).items():
            found = [digits for text in texts for digits in cards(text) if not is_test_card(digits)]
            if found:
                yield has_no_card.rule.finding(  # type: ignore[attr-defined]
                    at(interaction, part, place),
                    f"{len(found)} card number(s), one ending in {found[0][-4:]}",
                )


@rule(
    id="recording-old",
    severity=Severity.WARNING,
    summary="An entry of live traffic is older than the policy allows.",
    fix="record it again, and look at what changed with `payproof drift`",
    example=Example(input={"provenance": "live", "age_days": 100}),
    area="lint",
)
def is_recent(context: LintContext, interaction: Interaction) -> Iterator[Finding]:
    """Compare the age of live entries with the policy."""
    if interaction.provenance in _HARMLESS or not interaction.started_s or not context.now_s:
        return
    days = (context.now_s - interaction.started_s) / 86_400
    if days >= context.age.warn_days:
        failed = days >= context.age.fail_days
        yield is_recent.rule.finding(  # type: ignore[attr-defined]
            at(interaction),
            f"it is {int(days)} days old",
            severity=Severity.ERROR if failed else Severity.WARNING,
            expected=f"less than {context.age.warn_days:g} days",
            actual=f"{int(days)} days",
        )


@rule(
    id="recording-origin",
    severity=Severity.WARNING,
    summary="An entry does not say where and when it was recorded, so it is no evidence of anything.",
    fix="record it again through payproof",
    example=Example(input={"provenance": "", "at": None}),
    area="lint",
)
def says_its_origin(context: LintContext, interaction: Interaction) -> Iterator[Finding]:
    """Find entries without provenance, and live ones without a time."""
    missing = [] if interaction.provenance else ["provenance"]
    if not interaction.started_s and interaction.provenance not in ("documentation", "generated"):
        missing.append("time")
    if missing:
        yield says_its_origin.rule.finding(at(interaction), f"no {' and no '.join(missing)}")  # type: ignore[attr-defined]


@rule(
    id="recording-duplicate",
    severity=Severity.NOTE,
    summary="An entry says what an earlier one said: the same request and the same answer.",
    fix="remove one of them",
    example=Example(input="the same status call recorded twice, with equal answers"),
    area="lint",
)
def is_new(context: LintContext, interaction: Interaction) -> Iterator[Finding]:
    """Find entries with an earlier one's request and answer."""
    response = interaction.response
    answer = (response.status, response.body) if response is not None else (0, b"")
    # Each file is played by itself, so what two files have in common is no repetition.
    file, key = interaction.source.rpartition(":")[0], context.maker.of(interaction.request).sharp
    asked = (file, key, interaction.request.media_type)
    digest = hashlib.sha256(repr((asked, answer)).encode()).digest()
    first = context.seen.setdefault(digest, interaction.source)
    if first != interaction.source:
        yield is_new.rule.finding(at(interaction), f"it repeats {short_source(first)}")  # type: ignore[attr-defined]


@rule(
    id="recording-unused",
    severity=Severity.WARNING,
    summary="No test played this entry.",
    fix="remove the entry, or add the test that it was recorded for",
    example=Example(input={"used": ["a.yaml:1"], "entry": "a.yaml:2"}),
    area="lint",
)
def is_used(context: LintContext, interaction: Interaction) -> Iterator[Finding]:
    """Find entries that are not in the list of those which tests played."""
    if context.used is not None and short_source(interaction.source) not in context.used:
        yield is_used.rule.finding(at(interaction), "no test played it")  # type: ignore[attr-defined]
