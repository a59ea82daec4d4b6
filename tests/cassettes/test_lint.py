"""Each rule finds its own fault and nothing else; what the redactor writes is clean."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.cassettes.canaries import (
    PAYKUN,
    REAL,
    TEST_KEYS,
    all_traffic,
    link,
    redactor,
    status_call,
    transaction,
)

from payproof.cassettes.lint import LintContext, lint
from payproof.cassettes.lint.run import CHECKS
from payproof.model import Interaction, Message, Severity
from payproof.rules import all_rules
from payproof.signing import Keys

DAY = 86_400.0
NOW = 1795229754.0 + DAY


def context(**more: Any) -> LintContext:
    return LintContext(PAYKUN, TEST_KEYS, now_s=NOW, **more)


def ids(interactions: list[Interaction], **more: Any) -> list[str]:
    return [one.rule for one in lint(context(**more), interactions)]


def clean() -> Interaction:
    """Give an entry with which nothing is wrong."""
    made = redactor().redact(replace(status_call(), source="c/a.yaml:1"))
    assert made.response is not None
    body = json.loads(made.response.body)
    # The canaries hold fields and an id form that the spec does not have; this entry keeps to it.
    held = body["data"]["transaction"]
    del held["internal_note"], held["debug"]
    from tests.cassettes.canaries import recipe

    from payproof.signing import sign_message

    response = replace(made.response, body=json.dumps(body).encode())
    signed = sign_message(recipe("getTransaction", "response"), response, Keys.of(TEST_KEYS))
    return replace(made, response=signed)


def with_held(interaction: Interaction, **changes: Any) -> Interaction:
    assert interaction.response is not None
    body = json.loads(interaction.response.body)
    body["data"]["transaction"].update(changes)
    return replace(interaction, response=replace(interaction.response, body=json.dumps(body).encode()))


def signed(interaction: Interaction) -> Interaction:
    from tests.cassettes.canaries import recipe

    from payproof.signing import sign_message

    assert interaction.response is not None
    made = sign_message(recipe("getTransaction", "response"), interaction.response, Keys.of(TEST_KEYS))
    return replace(interaction, response=made)


def test_a_redacted_entry_is_clean() -> None:
    assert ids([clean()]) == []


def test_nothing_secret_is_found_in_any_redacted_canary() -> None:
    rows = [replace(redactor().redact(one), source=f"c:{at}") for at, one in enumerate(all_traffic())]
    found = ids(rows, secrets=REAL)
    assert not {"recording-secret", "recording-card", "recording-signature"} & set(found)


def verdict(ok: bool | None, **more: Any) -> dict[str, Any]:
    return {"response": {"scheme": "paykun.response", "ok": ok, **more}}


CASES = {
    "recording-unmatched": lambda: [replace(clean(), request=Message("GET", "/favicon.ico"))],
    "recording-schema": lambda: [signed(with_held(clean(), status_flag="one"))],
    "recording-signature": lambda: [with_held(clean(), date="1581769084")],
    "recording-forgery-verifies": lambda: [
        replace(clean(), tags={**clean().tags, "verdicts": verdict(False)})
    ],
    "recording-unverifiable": lambda: [
        replace(clean(), tags={**clean().tags, "verdicts": verdict(None, unverifiable=True)})
    ],
    "recording-card": lambda: [signed(with_held(clean(), custom_field_1="5264 1901 1234 5672"))],
    "recording-old": lambda: [replace(clean(), started_s=NOW - 91 * DAY)],
    "recording-origin": lambda: [replace(clean(), provenance="")],
    "recording-duplicate": lambda: [clean(), replace(clean(), source="c/a.yaml:2")],
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_its_fault_and_no_other_rule_does(rule: str) -> None:
    assert ids(CASES[rule]()) == [rule]


def test_a_credential_that_was_not_redacted_is_a_secret() -> None:
    raw = replace(clean(), tags={}, request=status_call().request)
    assert set(ids([raw])) == {"recording-secret"}


@pytest.mark.parametrize("role", REAL)
def test_a_real_key_is_found_in_base64(role: str) -> None:
    import base64

    text = base64.b64encode(b"xy" + REAL[role].encode()).decode()
    held = signed(with_held(clean(), custom_field_1=text))
    assert ids([held]) == []
    assert ids([held], secrets=REAL) == ["recording-secret"]


def test_unused_entries_are_found_only_when_uses_were_counted() -> None:
    rows = [clean(), signed(replace(with_held(clean(), date="1581769085"), source="c/a.yaml:2"))]
    assert ids(rows, used=frozenset({"a.yaml:1"})) == ["recording-unused"]


def test_an_old_entry_fails_after_the_second_limit() -> None:
    old = replace(clean(), started_s=NOW - 400 * DAY)
    assert [one.severity for one in lint(context(), [old])] == [Severity.ERROR]


def test_a_sandbox_entry_does_not_age_and_may_show_its_keys() -> None:
    row = replace(clean(), provenance="sandbox", started_s=1.0, request=status_call().request, tags={})
    assert ids([row]) == []


def test_a_refused_request_may_break_its_schema() -> None:
    refused = Message(status=400, headers=(("Content-Type", "application/json"),), body=json.dumps({
        "status": False, "errors": {"errorMessage": "no", "errorCode": "validationError", "href": "http://x"}
    }).encode())  # fmt: skip
    row = replace(redactor().redact(link()), response=refused, source="c:1", started_s=NOW)
    assert [one for one in ids([row]) if one == "recording-schema"] == []


def test_every_rule_here_is_a_lint_rule_with_an_example() -> None:
    rows = [row for name, row in all_rules().items() if name.startswith("recording-")]
    assert len(rows) == len(CHECKS) + 2
    assert {row.area for row in rows} == {"lint"}
    assert all(row.fix and row.summary and row.example.input for row in rows)


def test_a_key_signed_by_the_real_key_does_not_verify() -> None:
    row = replace(clean(), response=transaction())
    assert "recording-signature" in ids([row])


@pytest.mark.parametrize(
    "text",
    [
        "4539 5787 6362 1486 12/27",
        "2 5264190112345672",
        "4539.5787.6362.1486",
        "4539\u00a05787\u00a06362\u00a01486",
        "%B5264190112345672^VENKAT/SARA^27121010000?",
    ],
)
def test_a_card_beside_other_digits_is_found(text: str) -> None:
    assert ids([signed(with_held(clean(), custom_field_1=text))]) == ["recording-card"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"password": "hunter2-xyzzy"}),
        "https://shop.in/cb?access_token=tok_9f8e7d6c5b4a",
        "Authorization: Bearer abcdEFGH12345678",
    ],
)
def test_a_secret_within_a_text_is_found_unless_it_was_redacted(text: str) -> None:
    row = signed(with_held(clean(), custom_field_4=text))
    places = [one for one in row.tags["redacted"] if not one.endswith("custom_field_4")]
    bare = replace(row, tags={**row.tags, "redacted": places})
    assert ids([bare]) == ["recording-secret"]
    told = {**row.tags, "redacted": [*places, "response body/data/transaction/custom_field_4"]}
    assert ids([replace(row, tags=told)]) == []
